import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BAD, Cli, type Outcome } from "../cli/run-cli";
import { FakeHub, FILES } from "./fake-hub";

const MANIFEST = BAD.replace("Qwen/Qwen2.5-7B-Instruct", "acme/chat");

interface Sized {
  readonly model: { readonly source: string };
  readonly perGpu: { readonly weightsGiB: number | null };
  readonly reasons: readonly string[];
}

describe("--hub", () => {
  const cli = new Cli();
  let hub: FakeHub;
  before(async () => {
    hub = await FakeHub.start();
    cli.write({ "a.yaml": MANIFEST, "known.yaml": BAD });
  });
  after(async () => {
    cli.clean();
    await hub.stop();
  });

  const run = (args: readonly string[], cache: string): Promise<Outcome> =>
    cli.start(args, { HF_ENDPOINT: hub.address, HF_TOKEN: "hf_secret", XDG_CACHE_HOME: cli.path(cache) });

  async function sized(cache: string, ...args: readonly string[]): Promise<Sized & { err: string }> {
    const { out, err, code } = await run(["size", "--format=json", ...args, "a.yaml"], cache);
    assert.equal(code, 0, err);
    assert.doesNotMatch(out + err, /hf_secret/);
    const [server] = (JSON.parse(out) as { servers: Sized[] }).servers;
    assert.ok(server);
    return { ...server, err };
  }

  const kept = (cache: string): readonly string[] => {
    const folder = cli.path(`${cache}/vllm-k8s/hub`);
    return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
  };

  it("is off by itself", async () => {
    hub.serve(FILES);
    assert.equal((await sized("off")).model.source, "unknown");
    assert.equal(hub.asked.length, 0);
  });

  it("sizes a model by its files on the Hub, and does without the Hub afterwards", async () => {
    hub.serve(FILES);
    const first = await sized("cache", "--hub");
    assert.equal(first.model.source, "config.json from the Hub");
    // 6.44 GB over two GPUs.
    assert.ok(Math.abs((first.perGpu.weightsGiB ?? 0) - 3) < 0.05, String(first.perGpu.weightsGiB));
    assert.equal(kept("cache").length, 1);
    hub.answer((_, response) => response.writeHead(500).end());
    assert.deepEqual(await sized("cache", "--hub"), first);
    assert.equal(hub.asked.length, 0);
  });

  it("asks again where what was kept is damaged", async () => {
    const [file = ""] = kept("cache");
    writeFileSync(file, readFileSync(file, "utf8").slice(0, 50));
    hub.serve(FILES);
    assert.equal((await sized("cache", "--hub")).model.source, "config.json from the Hub");
    assert.ok(hub.asked.length > 0);
  });

  it("says why a model stays unknown, and keeps nothing of it", async () => {
    const faults: readonly (readonly [(url: string) => readonly [number, string], RegExp])[] = [
      [() => [401, ""], /refuses acme\/chat/],
      [() => [404, ""], /no such model/],
      [() => [200, "<html>"], /a web page in place of config\.json/],
      [() => [200, '{"hidden_size": 5'], /cut off/],
      [() => [200, '{"model_type": "other"}'], /no usable num_hidden_layers/],
      [
        (url) => (url.includes("tree") ? [200, "[{"] : [200, FILES["/acme/chat/resolve/main/config.json"]]),
        /cut off/,
      ],
    ];
    for (const [answer, expected] of faults) {
      hub.answer((request, response) => {
        const [status, text] = answer(request.url ?? "");
        response.writeHead(status).end(text);
      });
      const server = await sized("faults", "--hub");
      assert.match(server.err, expected);
      assert.match(server.reasons[0] ?? "", expected);
      assert.equal(server.perGpu.weightsGiB, null);
      assert.deepEqual(kept("faults"), []);
    }
  });

  it("asks for no model that the catalogue holds", async () => {
    hub.serve(FILES);
    const { code, err } = await run(["size", "--hub", "known.yaml"], "known");
    assert.equal(code, 0, err);
    assert.equal(hub.asked.length, 0);
  });

  it("gives lint the same numbers", async () => {
    hub.serve({
      ...FILES,
      "/api/models/acme/chat/tree/main": JSON.stringify([
        { type: "file", path: "model.safetensors", size: 90_000_000_000 },
      ]),
    });
    const { out, err } = await run(["lint", "--hub", "--format=json", "a.yaml"], "lint");
    assert.equal(err, "");
    assert.match(out, /memory\/weights-exceed-gpu/);
  });

  it("is told when its endpoint is no address", async () => {
    const { err, code } = await cli.start(["size", "--hub", "a.yaml"], {
      HF_ENDPOINT: "huggingface.co",
      XDG_CACHE_HOME: cli.path("bad"),
    });
    assert.equal(code, 0);
    assert.match(err, /HF_ENDPOINT must be an address/);
  });
});
