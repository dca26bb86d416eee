import assert from "node:assert/strict";
import { createServer } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { nodeTransport, proxyFor } from "../../src/hosts/cli/node-transport";
import { HubClient, type HubModel } from "../../src/hosts/hub/client";
import { HubFailure } from "../../src/hosts/hub/failure";
import { decode, encode, reasonAgainst, recordName } from "../../src/hosts/hub/record";
import { fetchTransport, type Transport } from "../../src/hosts/hub/transport";
import { CONFIG, FakeHub, FILES, LISTING } from "./fake-hub";

const TOKEN = "hf_secret";

const TRANSPORTS: readonly (readonly [name: string, transport: Transport])[] = [
  ["node's client", nodeTransport({})],
  ["fetch", fetchTransport],
];

for (const [name, transport] of TRANSPORTS) {
  describe(`the Hub over ${name}`, () => {
    let hub: FakeHub;
    let other: FakeHub;
    before(async () => {
      hub = await FakeHub.start();
      other = await FakeHub.start();
    });
    after(() => Promise.all([hub.stop(), other.stop()]));

    const read = (id = "acme/chat", seconds = 5): Promise<HubModel> =>
      new HubClient({ endpoint: hub.address, token: TOKEN, transport, seconds }).read(id);

    async function failure(expected: RegExp, seconds?: number): Promise<void> {
      const from = Date.now();
      await assert.rejects(read("acme/chat", seconds), (error) => {
        assert.ok(error instanceof HubFailure, String(error));
        assert.match(error.message, expected);
        assert.doesNotMatch(error.message, /hf_secret/);
        return true;
      });
      assert.ok(Date.now() - from < 4000, "it does not hang");
    }

    it("gives the configuration and the size of the weight files", async () => {
      hub.serve(FILES);
      assert.deepEqual(await read(), { config: CONFIG, quantization: undefined, weightBytes: 6_442_450_944 });
      assert.deepEqual(new Set(hub.asked.map(({ token }) => token)), new Set([`Bearer ${TOKEN}`]));
    });

    it("takes the size from the index where there is no listing, and none where there is neither", async () => {
      hub.serve({
        "/acme/chat/resolve/main/config.json": CONFIG,
        "/acme/chat/resolve/main/model.safetensors.index.json": '{"metadata": {"total_size": 123456789}}',
      });
      assert.equal((await read()).weightBytes, 123_456_789);
      hub.serve({ "/acme/chat/resolve/main/config.json": CONFIG });
      assert.equal((await read()).weightBytes, undefined);
    });

    it("reads how ModelOpt quantised where a file of its own says so", async () => {
      const listing = JSON.stringify([
        ...(JSON.parse(LISTING) as object[]),
        { type: "file", path: "hf_quant_config.json", size: 9 },
      ]);
      const scheme = '{"quantization": {"quant_algo": "NVFP4"}}';
      hub.serve({
        ...FILES,
        "/api/models/acme/chat/tree/main": listing,
        "/acme/chat/resolve/main/hf_quant_config.json": scheme,
      });
      assert.equal((await read()).quantization, scheme);
    });

    it("never asks for anything but a name", async () => {
      hub.serve(FILES);
      for (const id of [
        "../../etc/passwd",
        "a/..",
        "/models/chat",
        "chat",
        "http://x/y",
        "a/b?c=d",
        "a/b/c",
        "models/x",
      ])
        await assert.rejects(read(id), /is no name to ask the Hub for/);
      assert.equal(hub.asked.length, 0);
    });

    it("follows redirects on the same host with the token", async () => {
      hub.answer((request, response) => {
        const path = request.url ?? "";
        if (path.startsWith("/cache/")) response.end(FILES[path.slice(6) as keyof typeof FILES]);
        else response.writeHead(307, { location: `/cache${path}` }).end();
      });
      assert.equal((await read()).config, CONFIG);
      assert.ok(hub.asked.every(({ token }) => token === `Bearer ${TOKEN}`));
    });

    it("leaves the token behind on the way to another host, and on the way back", async () => {
      hub.answer((request, response) => {
        if (request.url?.startsWith("/back")) response.end(CONFIG);
        else response.writeHead(302, { location: `${other.address}/elsewhere` }).end();
      });
      other.answer((_, response) => response.writeHead(302, { location: `${hub.address}/back` }).end());
      assert.equal((await read()).config, CONFIG);
      assert.deepEqual(new Set(other.asked.map(({ token }) => token)), new Set([undefined]));
      const back = hub.asked.filter(({ url }) => url === "/back");
      assert.ok(back.length > 0 && back.every(({ token }) => token === undefined));
    });

    it("does not follow redirects without end, or to where nobody would want it", async () => {
      hub.answer((_, response) => response.writeHead(302, { location: "/again" }).end());
      await failure(/redirects without end/);
      assert.ok(hub.asked.length <= 7, `${hub.asked.length} requests`);
      for (const location of [
        "http://example.com/config.json",
        "file:///etc/passwd",
        "http://[",
        "ftp://x/y",
      ]) {
        hub.answer((_, response) => response.writeHead(302, { location }).end());
        await failure(/redirects to where this is not followed/);
      }
    });

    it("says what a status means", async () => {
      const cases: readonly (readonly [number, RegExp])[] = [
        [401, /refuses acme\/chat: it does not exist, or is private or gated/],
        [403, /needs a token with access/],
        [404, /has no such model or file/],
        [418, /answered 418/],
        [500, /has a problem of its own \(500\)/],
        [503, /Try again later/],
      ];
      for (const [status, expected] of cases) {
        hub.answer((_, response) => response.writeHead(status).end("no"));
        await failure(expected);
      }
      hub.answer((_, response) => response.writeHead(429, { "retry-after": "77" }).end());
      await failure(/takes no more requests for now\. Try again in 77 s/);
    });

    it("knows a web page from a file", async () => {
      hub.answer((_, response) => response.end("\n<!DOCTYPE html><html>Sign in</html>"));
      await failure(/a web page in place of config\.json/);
    });

    it("refuses what is cut off", async () => {
      hub.answer((_, response) => response.end(CONFIG.slice(0, 80)));
      await failure(/is cut off or is no JSON/);
      hub.answer((_, response) => {
        response.writeHead(200, { "content-length": CONFIG.length });
        response.write(CONFIG.slice(0, 80), () => response.destroy());
      });
      await failure(/cannot be reached|cut off/);
    });

    it("does not read ten gigabytes, announced or not", async () => {
      hub.answer((_, response) => {
        response.writeHead(200, { "content-length": 10_000_000_000 });
        response.write("{");
      });
      await failure(/larger than 4 MB/);
      let sent = 0;
      hub.answer((_, response) => {
        const chunk = Buffer.alloc(1_000_000, 32);
        const more = (): void => {
          while (!response.destroyed && response.write(chunk)) sent += chunk.length;
        };
        response.on("drain", more);
        more();
      });
      await failure(/larger than 4 MB/);
      assert.ok(sent < 100_000_000, `${sent} bytes were sent`);
    });

    it("does not wait for ever: for an answer, for its end, for a slow one", async () => {
      hub.answer(() => undefined);
      await failure(/did not answer within 0\.3 s/, 0.3);
      hub.answer((_, response) => void response.write('{"a":'));
      await failure(/did not answer within 0\.3 s/, 0.3);
      hub.answer((_, response) => {
        const timer = setInterval(() => response.write(" "), 20);
        response.on("close", () => clearInterval(timer));
      });
      await failure(/did not answer within 0\.3 s/, 0.3);
    });

    it("says when nobody is there", async () => {
      const gone = await FakeHub.start();
      const endpoint = gone.address;
      await gone.stop();
      await assert.rejects(
        new HubClient({ endpoint, token: TOKEN, transport }).read("acme/chat"),
        /cannot be reached \(ECONNREFUSED\)/,
      );
    });
  });
}

describe("the Hub", () => {
  it("gives no token to a plain connection that leaves this machine", async () => {
    const seen: Readonly<Record<string, string>>[] = [];
    const transport: Transport = (url, headers) => {
      seen.push(headers);
      return Promise.reject(Object.assign(new Error(url.href), { code: "EHOSTUNREACH" }));
    };
    for (const endpoint of ["http://hub.internal", "https://hub.internal"])
      await assert.rejects(
        new HubClient({ endpoint, token: TOKEN, transport }).read("acme/chat"),
        /EHOSTUNREACH/,
      );
    assert.deepEqual(
      seen.map(({ authorization }) => authorization),
      [undefined, `Bearer ${TOKEN}`],
    );
  });

  it("takes no address that is none", () => {
    for (const endpoint of ["huggingface.co", "ftp://x", "https://user:password@x", ""])
      assert.throws(
        () => new HubClient({ endpoint, token: undefined, transport: fetchTransport }),
        /HF_ENDPOINT must be/,
      );
  });

  it("keeps nothing that is damaged or of no use", () => {
    const model: HubModel = { config: CONFIG, quantization: undefined, weightBytes: 1e9 };
    assert.deepEqual(decode("acme/chat", encode("acme/chat", model)), model);
    assert.equal(decode("acme/other", encode("acme/chat", model)), undefined);
    assert.equal(decode("acme/chat", encode("acme/chat", model).slice(0, -9)), undefined);
    assert.equal(decode("acme/chat", "null"), undefined);
    assert.match(
      reasonAgainst("acme/chat", { ...model, config: '{"model_type": "x"}' }) ?? "",
      /no usable num_hidden_layers/,
    );
    assert.match(recordName("https://hub.internal:8080", "acme/chat"), /^[\w.%-]+$/);
  });
});

describe("the proxy of the environment", () => {
  const proxy = (url: string, env: Record<string, string>): string | undefined =>
    proxyFor(new URL(url), env)?.href;

  it("is the one for the scheme, unless the host is exempt", () => {
    const env = {
      HTTPS_PROXY: "http://proxy:3128",
      HTTP_PROXY: "plain:8080",
      NO_PROXY: "localhost,.corp, hub.x:443",
    };
    assert.equal(proxy("https://huggingface.co/a", env), "http://proxy:3128/");
    assert.equal(proxy("http://huggingface.co/a", env), "http://plain:8080/");
    for (const url of ["https://localhost/", "https://a.corp/", "https://corp/", "https://hub.x/"])
      assert.equal(proxy(url, env), undefined, url);
    assert.equal(proxy("https://hf.co/", { all_proxy: "http://p" }), "http://p/");
    assert.equal(proxy("https://hf.co/", { HTTPS_PROXY: "http://p", NO_PROXY: "*" }), undefined);
    assert.equal(proxy("https://hf.co/", { HTTPS_PROXY: "socks5://p" }), undefined);
    assert.equal(proxy("https://hf.co/", {}), undefined);
  });

  it("is asked in place of the Hub, and tunnels what is encrypted", async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url} ${request.headers["proxy-authorization"] ?? ""}`);
      response.writeHead(404).end();
    });
    server.on("connect", (request, socket) => {
      asked.push(`${request.method} ${request.url}`);
      const onward = connect(1, "127.0.0.1");
      onward.on("error", () => socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n"));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = `me:pass@127.0.0.1:${(server.address() as AddressInfo).port}`;
    const transport = nodeTransport({ HTTP_PROXY: address, HTTPS_PROXY: address });
    try {
      const ask = (endpoint: string): Promise<HubModel> =>
        new HubClient({ endpoint, token: undefined, transport }).read("acme/chat");
      await assert.rejects(ask("http://hub.test"), /has no such model/);
      await assert.rejects(ask("https://hub.test"), /cannot be reached \(PROXY_ANSWERED/);
      assert.deepEqual(asked, [
        `GET http://hub.test/acme/chat/resolve/main/config.json Basic ${Buffer.from("me:pass").toString("base64")}`,
        "CONNECT hub.test:443",
      ]);
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });
});
