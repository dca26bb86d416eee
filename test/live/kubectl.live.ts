import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { KubectlTransport } from "../../src/hosts/vscode/live/access/kubectl-transport";
import { mergeKubeconfigs } from "../../src/live/kubeconfig";
import { LiveFailure } from "../../src/live/failure";
import { READER } from "./cluster/rbac";
import { startWorld, type World } from "./world";

/** The stand-in answers kubectl as a cluster does, and our reading of kubeconfigs is kubectl's. */
describe("kubectl", function () {
  this.timeout(60_000);
  let world: World;

  before(async () => {
    world = await startWorld();
  });
  after(() => world?.stop());

  function kubectl(...args: string[]): Promise<string> {
    return new Promise((resolve, reject) => {
      // Not the synchronous form: the stand-in answers from this process.
      execFile(
        "kubectl",
        args,
        { env: { ...process.env, KUBECONFIG: world.kubeconfig } },
        (error, stdout, stderr) => {
          if ((error as NodeJS.ErrnoException | null)?.code === "ENOENT")
            reject(
              new Error(
                "kubectl is missing: install it, on Debian with `apt-get install kubernetes-client`.",
              ),
            );
          else if (error) reject(new Error(stderr));
          else resolve(stdout);
        },
      );
    });
  }

  it("lists pods of the stand-in", async () => {
    const output = await kubectl("get", "pods", "-o", "name");
    assert.deepEqual(
      output.trim().split("\n"),
      world.fleet.pods.map(({ name }) => `pod/${name}`),
    );
  });

  it("reads a pod's metrics through its proxy", async () => {
    const [pod] = world.fleet.pods;
    const output = await kubectl(
      "get",
      "--raw",
      `/api/v1/namespaces/chat/pods/${pod?.name}:8000/proxy/metrics`,
    );
    assert.match(output, /^vllm:num_requests_running\{/m);
  });

  it("is refused as a cluster refuses", async () => {
    world.api.rules.set("dev", [READER[0] ?? { verbs: [], resources: [] }]);
    const [pod] = world.fleet.pods;
    await assert.rejects(
      kubectl("get", "--raw", `/api/v1/namespaces/chat/pods/${pod?.name}:8000/proxy/metrics`),
      /Forbidden/,
    );
    world.api.rules.clear();
  });

  it("stands in for our own client where a kubeconfig needs it", async () => {
    const transport = new KubectlTransport("kubectl", "test", {
      ...process.env,
      KUBECONFIG: world.kubeconfig,
    });
    const { signal } = new AbortController();
    const asked = { verb: "list", group: "", resource: "pods", namespace: "chat", what: "the pods" } as const;
    const { body } = await transport.get("/api/v1/namespaces/chat/pods", asked, { signal });
    assert.equal((JSON.parse(body) as { items: unknown[] }).items.length, 2);
    world.api.rules.set("dev", []);
    await assert.rejects(
      transport.get("/api/v1/namespaces/chat/pods", asked, { signal }),
      (error) => error instanceof LiveFailure && error.code === "forbidden",
    );
    world.api.rules.clear();
  });

  it("merges kubeconfigs as we do", () => {
    const merged = mergeKubeconfigs([
      { path: "/a", text: FIRST },
      { path: "/none", text: undefined },
      { path: "/b", text: SECOND },
    ]);
    assert.ok(merged.ok);
    assert.equal(merged.value.current, "z");
    assert.deepEqual([...merged.value.contexts.keys()], ["x", "z"]);
    assert.equal(merged.value.clusters.get("c")?.value.server, "https://a:1");
  });
});

const FIRST = `{ current-context: "", clusters: [{ name: c, cluster: { server: "https://a:1" } }], users: [{ name: u, user: { token: a } }], contexts: [{ name: x, context: { cluster: c, user: u } }] }`;
const SECOND = `{ current-context: z, clusters: [{ name: c, cluster: { server: "https://b:1", tls-server-name: b } }], users: [{ name: u, user: { username: b } }], contexts: [{ name: x, context: { namespace: b } }, { name: z, context: { cluster: c, user: u } }] }`;
