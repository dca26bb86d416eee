import assert from "node:assert/strict";
import { BAD, Cli } from "./run-cli";

/** Eight small layers; 50,135,040 parameters with the embeddings. */
export const CONFIG = {
  architectures: ["LlamaForCausalLM"],
  hidden_size: 512,
  intermediate_size: 2048,
  num_hidden_layers: 8,
  num_attention_heads: 8,
  num_key_value_heads: 4,
  vocab_size: 32000,
  max_position_embeddings: 8192,
  torch_dtype: "bfloat16",
  tie_word_embeddings: true,
};

const MANIFEST = BAD.replace("Qwen/Qwen2.5-7B-Instruct", "acme/chat");

interface Sized {
  readonly model: { readonly source: string };
  readonly perGpu: { readonly weightsGiB: number | null };
  readonly reasons: readonly string[];
}

describe("size, for a model that the catalogue does not hold", () => {
  const cli = new Cli();
  after(() => cli.clean());

  function sized(folder: string, files: Readonly<Record<string, string>>): Sized {
    cli.write(
      Object.fromEntries(
        Object.entries({ "a.yaml": MANIFEST, ...files }).map(([name, text]) => [`${folder}/${name}`, text]),
      ),
    );
    const { out, err, code } = cli.run(["size", "--format=json", `${folder}/a.yaml`]);
    assert.equal(code, 0, err);
    const [server] = (JSON.parse(out) as { servers: Sized[] }).servers;
    assert.ok(server);
    return server;
  }

  it("knows nothing without its files", () => {
    const server = sized("bare", {});
    assert.equal(server.model.source, "unknown");
    assert.equal(server.perGpu.weightsGiB, null);
  });

  it("reads the config.json beside the manifest", () => {
    const server = sized("beside", { "config.json": JSON.stringify(CONFIG) });
    assert.equal(server.model.source, "config.json beside the manifest");
    assert.ok((server.perGpu.weightsGiB ?? 0) > 0.03);
  });

  it("prefers a folder that is called as the model, and takes the exact size from the index there", () => {
    const server = sized("folder", {
      "config.json": JSON.stringify({ ...CONFIG, num_hidden_layers: 80 }),
      "chat/config.json": JSON.stringify(CONFIG),
      "chat/model.safetensors.index.json": JSON.stringify({
        metadata: { total_size: 2 ** 31 },
        weight_map: {},
      }),
    });
    assert.equal(server.model.source, "config.json in chat");
    // Two GiB over two GPUs, and the rotary tables.
    assert.ok(Math.abs((server.perGpu.weightsGiB ?? 0) - 1) < 0.02, String(server.perGpu.weightsGiB));
  });

  it("reads what the settings name, relative to their file", () => {
    cli.write({
      "named/.vllm-k8s.yaml": "models:\n  acme/chat: files/config.json\n",
      "named/files/config.json": JSON.stringify(CONFIG),
    });
    assert.equal(sized("named/sub", {}).model.source, "config.json named in settings");
    cli.write({ "gone/.vllm-k8s.yaml": "models:\n  acme/chat: nowhere/config.json\n" });
    assert.match(sized("gone", {}).reasons[0] ?? "", /named in settings for acme\/chat cannot be read/);
  });

  it("leaves alone another program's config.json, and that of another model", () => {
    assert.equal(sized("other", { "config.json": '{"port": 8080}' }).model.source, "unknown");
    const named = JSON.stringify({ _name_or_path: "acme/another", ...CONFIG });
    assert.equal(sized("another", { "config.json": named }).model.source, "unknown");
  });

  it("says why a file is not used", () => {
    const broken = sized("broken", { "config.json": JSON.stringify(CONFIG).slice(0, 90) });
    assert.match(broken.reasons[0] ?? "", /beside the manifest is not valid JSON, so it is not used/);
    const absurd = sized("absurd", { "config.json": JSON.stringify({ ...CONFIG, hidden_size: 9e15 }) });
    assert.match(absurd.reasons[0] ?? "", /it says 9000000000000000 for hidden_size, which no model has/);
    assert.equal(absurd.perGpu.weightsGiB, null);
  });

  it("does not let a file beside the manifest speak for a model of the catalogue", () => {
    cli.write({ "known/a.yaml": BAD, "known/config.json": JSON.stringify(CONFIG) });
    const { out } = cli.run(["size", "--format=json", "known/a.yaml"]);
    assert.match(out, /"source": "catalogue"/);
  });
});
