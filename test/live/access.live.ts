import assert from "node:assert/strict";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Credentials } from "../../src/hosts/vscode/live/access/credentials";
import { failureFrom } from "../../src/hosts/vscode/live/access/failures";
import { HttpsTransport } from "../../src/hosts/vscode/live/access/https-transport";
import { KubeconfigSource } from "../../src/hosts/vscode/live/session/connection";
import { viewOf } from "../../src/hosts/vscode/live/session/view-of";
import { LiveFailure } from "../../src/live/failure";
import { startConnectProxy } from "./cluster/connect-proxy";
import { READER } from "./cluster/rbac";
import { startWorld, TOKEN, type TestedSession, type World } from "./world";

/** The ways in that a kubeconfig can describe, each used once for real. */
describe("access to the cluster", function () {
  this.timeout(30_000);
  let world: World;

  before(async () => {
    world = await startWorld();
  });
  after(() => world?.stop());

  afterEach(() => {
    world.api.faults = [];
    world.api.rules.clear();
    world.api.tokens.clear();
    world.api.tokens.set(TOKEN, "dev");
    world.writeKubeconfig();
  });

  async function live(options: Parameters<World["session"]>[0] = {}): Promise<TestedSession> {
    const tested = world.session(options);
    await tested.session.connect();
    await tested.until("numbers", ({ phase }) => phase === "live");
    return tested;
  }

  async function refused(): Promise<TestedSession> {
    const tested = world.session();
    await tested.session.connect();
    await tested.until("the refusal", ({ phase }) => phase === "failed");
    return tested;
  }

  function later({ session, until }: TestedSession, milliseconds: number): Promise<void> {
    const { lastGood = 0 } = session;
    return until(
      "later numbers",
      (now) => now.phase === "live" && (now.lastGood ?? 0) > lastGood + milliseconds,
    );
  }

  it("goes through the proxy that the kubeconfig names, and nowhere else", async () => {
    const proxy = await startConnectProxy("me:pass word");
    try {
      const port = new URL(world.api.url).port;
      world.writeKubeconfig({ cluster: { "proxy-url": `http://me:pass%20word@127.0.0.1:${proxy.port}` } });
      const tested = await live();
      await later(tested, 100);
      assert.deepEqual([...new Set(proxy.asked)], [`127.0.0.1:${port}`]);
      assert.ok(proxy.asked.length < 12, `${proxy.asked.length} tunnels: they are kept`);
      tested.session.disconnect();
      world.writeKubeconfig({ cluster: { "proxy-url": `http://127.0.0.1:${proxy.port}` } });
      const unknown = await refused();
      assert.equal(unknown.session.failure?.code, "refused");
      unknown.session.disconnect();
    } finally {
      await proxy.stop();
    }
  });

  it("asks an API server without TLS of the proxy, and shows neither a credential", async () => {
    const proxy = await startConnectProxy("me:pass word");
    const seen: string[] = [];
    const server = createServer((request, response) => {
      seen.push(`${request.url} ${JSON.stringify(request.rawHeaders)}`);
      response.setHeader("content-type", "application/json").end(`{"kind":"PodList","items":[]}`);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const proxyUrl = `http://me:pass%20word@127.0.0.1:${proxy.port}`;
      world.writeKubeconfig({ cluster: { server: address, "proxy-url": proxyUrl } });
      const kubeconfigs = new KubeconfigSource({ KUBECONFIG: world.kubeconfig });
      const access = kubeconfigs.access((await kubeconfigs.read()).config, undefined);
      const transport = new HttpsTransport(access, new Credentials(access, Date.now), Date.now);
      const path = "/api/v1/namespaces/chat/pods";
      const asked = {
        verb: "list",
        group: "",
        resource: "pods",
        namespace: "chat",
        what: "the pods",
      } as const;
      const { body } = await transport.get(path, asked, { signal: new AbortController().signal });
      assert.match(body, /PodList/);
      assert.deepEqual(proxy.asked, [address + path]);
      assert.equal(seen.length, 1);
      assert.doesNotMatch(seen[0] ?? "", /planted-token|pass word|authorization/i);
      transport.dispose();
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await proxy.stop();
    }
  });

  it("acts as whom the kubeconfig says, if it may", async () => {
    world.writeKubeconfig({ user: { token: TOKEN, as: "alice", "as-groups": ["readers", "eu"] } });
    const denied = await refused();
    assert.equal(denied.session.failure?.code, "forbidden");
    denied.session.disconnect();
    world.api.rules.set("dev", [{ verbs: ["impersonate"], resources: ["users", "groups"] }]);
    world.api.rules.set("alice", READER);
    const { session } = await live();
    const { user, groups } = world.api.seen.at(-1) ?? {};
    assert.deepEqual([user, groups], ["alice", ["readers", "eu"]]);
    session.disconnect();
  });

  it("reads a token file, and again once its token is refused", async () => {
    const file = join(world.folder, "token");
    writeFileSync(file, "file-token-1\n");
    world.api.tokens.set("file-token-1", "dev");
    world.writeKubeconfig({ user: { tokenFile: "token" } });
    const tested = await live();
    writeFileSync(file, "file-token-2\n");
    world.api.tokens.delete("file-token-1");
    world.api.tokens.set("file-token-2", "dev");
    await later(tested, 100);
    tested.session.disconnect();
    world.writeKubeconfig({ user: { tokenFile: "no-such-file" } });
    const gone = await refused();
    assert.match(gone.session.failure?.message ?? "", /token file that the kubeconfig names cannot be read/);
    gone.session.disconnect();
  });

  it("runs an exec plug-in again before its credential ends, so that none is refused", async () => {
    const count = join(world.folder, "expiry-runs");
    const plugin = join(world.folder, "expiring");
    // The first lasts two seconds more than is kept in hand.
    const ends = [32_000, 3_600_000].map((ms) => new Date(Date.now() + ms).toISOString());
    writeFileSync(
      plugin,
      `#!/bin/sh
echo run >> ${count}
n=$(wc -l < ${count} | tr -d ' ')
if [ "$n" = 1 ]; then end=${ends[0]}; else end=${ends[1]}; fi
echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"timed-'$n'","expirationTimestamp":"'$end'"}}'
`,
    );
    chmodSync(plugin, 0o755);
    for (const token of ["timed-1", "timed-2"]) world.api.tokens.set(token, token);
    world.writeKubeconfig({
      user: { exec: { apiVersion: "client.authentication.k8s.io/v1", command: plugin } },
    });
    const from = world.api.seen.length;
    const tested = await live();
    await tested.until("the second credential", () => world.api.seen.at(-1)?.user === "timed-2");
    await later(tested, 300);
    tested.session.disconnect();
    const users = world.api.seen.slice(from).map(({ user }) => user);
    assert.deepEqual([...new Set(users)], ["timed-1", "timed-2"]);
    assert.equal(readFileSync(count, "utf8").trim().split("\n").length, 2);
  });

  it("says that a client certificate has ended, and goes on with the next", async () => {
    const { clientCert, clientKey, expiredClientCert, expiredClientKey } = world.certificates;
    world.writeKubeconfig({
      user: { "client-certificate": expiredClientCert, "client-key": expiredClientKey },
    });
    const { session, until } = await refused();
    assert.match(
      session.failure?.message ?? "",
      /^The client certificate of this context was good until \d{4}-\d\d-\d\d\.$/,
    );
    const { status } = viewOf(session, undefined, [], Date.now());
    assert.match(status.advice ?? "", /Get a new one/);
    world.writeKubeconfig({ user: { "client-certificate": clientCert, "client-key": clientKey } });
    await until("numbers", ({ phase }) => phase === "live");
    session.disconnect();
  });

  it("knows a refused client certificate by any release's name for it", () => {
    for (const code of ["ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED", "ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE"])
      assert.equal(failureFrom(Object.assign(new Error(), { code })).code, "certificate-client");
  });

  for (const kind of ["hang", "drip"] as const) {
    it(`gives up on an answer that would ${kind} for ever`, async () => {
      const kubeconfigs = new KubeconfigSource({ KUBECONFIG: world.kubeconfig });
      const access = kubeconfigs.access((await kubeconfigs.read()).config, undefined);
      const transport = new HttpsTransport(access, new Credentials(access, Date.now), Date.now, 300);
      world.api.faults = [{ path: /./, kind }];
      const asked = {
        verb: "list",
        group: "",
        resource: "pods",
        namespace: "chat",
        what: "the pods",
      } as const;
      const started = performance.now();
      await assert.rejects(
        transport.get("/api/v1/namespaces/chat/pods", asked, { signal: new AbortController().signal }),
        (error) => error instanceof LiveFailure && error.code === "timeout",
      );
      assert.ok(performance.now() - started < 3000);
      transport.dispose();
    });
  }

  it("asks a Prometheus of the settings without any credential, and says when there is none", async () => {
    const headers: string[] = [];
    const server = createServer((request, response) => {
      headers.push(JSON.stringify(request.rawHeaders));
      const { searchParams, pathname } = new URL(request.url ?? "", "http://prometheus");
      assert.match(pathname, /^\/prom\/api\/v1\/query(_range)?$/);
      response.setHeader("content-type", "application/json").end(answerTo(searchParams.get("query") ?? ""));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    try {
      const tested = world.session();
      tested.session.choice = { kind: "url", url: `http://127.0.0.1:${port}/prom/` };
      await tested.session.connect();
      await tested.until("numbers", ({ board }) => board.now("running") === 7);
      assert.equal(tested.session.found?.source.name, `Prometheus 127.0.0.1:${port} (your setting)`);
      tested.session.disconnect();
      assert.ok(headers.length > 5);
      assert.doesNotMatch(headers.join(), /authorization|planted-token|impersonate/i);
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
    const gone = world.session();
    gone.session.choice = { kind: "url", url: `http://127.0.0.1:${port}` };
    await gone.session.connect();
    await gone.until("the failure", ({ phase }) => phase === "failed");
    assert.match(gone.session.failure?.message ?? "", /does not answer as Prometheus does/);
    gone.session.disconnect();
  });

  function answerTo(query: string): string {
    const now = Date.now() / 1000;
    const metric = {
      __name__: "vllm:num_requests_running",
      namespace: "chat",
      pod: world.fleet.pods[0]?.name,
    };
    const result = query.startsWith("count by")
      ? [{ metric, value: [now, "1"] }]
      : [{ metric: {}, value: [now, "7"] }];
    return JSON.stringify({ status: "success", data: { resultType: "vector", result } });
  }
});
