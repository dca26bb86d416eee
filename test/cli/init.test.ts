import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { Cli } from "./run-cli";

const QWEN = ["init", "--model", "Qwen/Qwen3-8B"];

describe("vllm-k8s init", () => {
  let cli: Cli;
  before(() => (cli = new Cli()));
  after(() => cli.clean());

  it("writes a folder that lint finds nothing in and that size says fits", () => {
    const { code, out, err } = cli.run([...QWEN, "--cloud", "gke", "--rate", "4", "--namespace", "chat"]);
    assert.deepEqual({ code, err }, { code: 0, err: "" });
    assert.match(out, /^wrote qwen3-8b\/deployment\.yaml\n/);
    assert.match(out, /What was chosen:\n- \d x .* GB on \d+ GPU/);
    assert.match(out, /What is left to you:\n[^]*kubectl apply -k \./);
    assert.equal(readdirSync(cli.path("qwen3-8b")).length, 8);
    assert.deepEqual(cli.run(["lint", "--fail-on", "hint", "--quiet", "qwen3-8b"]), {
      code: 0,
      out: "",
      err: "",
    });
    const { servers } = JSON.parse(cli.run(["size", "--format", "json", "qwen3-8b"]).out) as {
      servers: readonly { fits: string }[];
    };
    assert.deepEqual(
      servers.map(({ fits }) => fits),
      ["yes"],
    );
  });

  it("never writes over a file, and then writes none at all", () => {
    cli.write({ "mine/service.yaml": "mine\n" });
    const { code, out, err } = cli.run([...QWEN, "--out", "mine"]);
    assert.deepEqual({ code, out }, { code: 2, out: "" });
    assert.equal(err, "vllm-k8s: mine/service.yaml: there already, nothing was written\n");
    assert.deepEqual(readdirSync(cli.path("mine")), ["service.yaml"]);
    assert.equal(readFileSync(cli.path("mine/service.yaml"), "utf8"), "mine\n");
  });

  it("says where it cannot write", () => {
    cli.write({ "a-file": "" });
    const { code, err } = cli.run([...QWEN, "--out", "a-file/below"]);
    assert.equal(code, 2);
    assert.match(err, /^vllm-k8s: a-file\/below: .+\n$/);
    assert.doesNotMatch(err, /\n\s+at /);
  });

  it("shows without writing: as YAML that lint reads, and as JSON", () => {
    const dry = cli.run([...QWEN, "--dry-run", "--out", "dry"]);
    assert.equal(dry.code, 0);
    assert.match(dry.out, /^# dry\/deployment\.yaml\n/);
    assert.equal(cli.run(["lint", "--quiet", "-"], { stdin: dry.out }).code, 0);
    const json = cli.run([...QWEN, "--dry-run", "--json", "--out", "dry", "--users", "50"]);
    const creation = JSON.parse(json.out) as {
      files: readonly { path: string }[];
      problems: readonly string[];
    };
    assert.equal(creation.files.length, 8);
    assert.deepEqual(creation.problems, []);
    assert.ok(!existsSync(cli.path("dry")));
  });

  it("reads a model that a config file names", () => {
    const config = {
      architectures: ["LlamaForCausalLM"],
      model_type: "llama",
      hidden_size: 2048,
      num_hidden_layers: 16,
      num_attention_heads: 32,
      num_key_value_heads: 8,
      head_dim: 64,
      intermediate_size: 8192,
      vocab_size: 128_256,
      max_position_embeddings: 8192,
      torch_dtype: "bfloat16",
    };
    cli.write({
      ".vllm-k8s.yaml": "models:\n  acme/own-1b: models/own\n",
      "models/own/config.json": JSON.stringify(config),
    });
    const { code, out, err } = cli.run(["init", "--model", "acme/own-1b", "--dry-run"]);
    assert.deepEqual({ code, err }, { code: 0, err: "" });
    assert.match(out, /--served-model-name=acme\/own-1b/);
  });

  it("ends absurd answers in a sentence and exit code 2", () => {
    const cases: readonly (readonly [args: readonly string[], sentence: RegExp])[] = [
      [["init"], /init needs --model/],
      [["init", "a.yaml"], /init takes no FILE/],
      [["init", "--model", "acme/never-published"], /size of acme\/never-published is not known/],
      [[...QWEN, "--gpu", "abacus"], /"abacus" is no GPU/],
      [[...QWEN, "--cloud", "moon"], /--cloud must be one of gke, eks, aks, other/],
      [[...QWEN, "--rate", "many"], /--rate must be a number/],
      [[...QWEN, "--rate=-1"], /above 0/],
      [[...QWEN, "--rate=9999"], /replicas/],
      [[...QWEN, "--rate", "1", "--users", "1"], /two ways to say the same/],
      [[...QWEN, "--prompt", "1e7"], /between 1 and 1000000 tokens/],
      [[...QWEN, "--namespace", "Not Valid"], /lower-case/],
      [["init", "--model", "deepseek-ai/DeepSeek-V3", "--gpu", "L4"], /does not fit/],
    ];
    for (const [args, sentence] of cases) {
      const { code, out, err } = cli.run(args);
      assert.deepEqual({ code, out }, { code: 2, out: "" }, args.join(" "));
      assert.match(err, sentence);
      assert.doesNotMatch(err, /\n\s+at /);
    }
  });
});
