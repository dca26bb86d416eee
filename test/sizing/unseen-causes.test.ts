import assert from "node:assert/strict";
import { catalogueModel } from "../../src/sizing/catalogue";
import { planMemory } from "../../src/sizing/plan";
import { close, gpu, plan, version } from "./support";

/** What starts that the sizing had not seen taught it; figures are those that vLLM printed. */
describe("what unseen starts taught", () => {
  it("takes a GGUF file for its model, with the bits that its name tells", () => {
    for (const [name, bits] of [
      ["/models/Llama-3.2-3B-Instruct-Q8_0.gguf", 8.5],
      ["bartowski/Llama-3.2-3B-Instruct-GGUF/Llama-3.2-3B-Instruct.Q4_K_M.gguf", 4.89],
      ["unsloth/Llama-3.2-3B-Instruct-GGUF:UD-Q5_K_M", 5.7],
    ] as const)
      assert.equal(catalogueModel(name)?.shape.quantization?.bits, bits, name);
    assert.equal(catalogueModel("/models/ggml-model.gguf"), undefined);
    assert.equal(catalogueModel("/models/Llama-3.2-3B-Instruct-Q99.gguf"), undefined);
    assert.equal(catalogueModel("unsloth/Llama-3.2-3B-Instruct-GGUF"), undefined, "no bits, no size");
    const p = plan("Llama-3.2-3B-Instruct-Q8_0.gguf", "RTX 4090", "0.8.2", { maxModelLen: 10000 });
    close(p.weights?.value, 3.2637, 0.02);
    close(p.activation?.value, 1.22, 0.05);
  });

  it("allows for the plugin that reads GGUF files from 0.24 on", () => {
    const name = "Qwen2.5-14B-Instruct-Q8_0.gguf";
    const before = plan(name, "RTX 3090", "0.20.0", { maxModelLen: 4096, maxNumSeqs: 1 });
    const after = plan(name, "RTX 3090", "0.29.0", { maxModelLen: 4096, maxNumSeqs: 1 });
    assert.equal(before.fits, "yes");
    assert.equal(after.fits, "tight", "23.09 GiB were taken for a file of 14.6");
  });

  it("leaves towers out under --language-model-only, from 0.16 on", () => {
    const of = (release: string) =>
      plan("google/gemma-4-E2B", "L4", release, { textOnly: true, withoutTowers: true }).weights?.value;
    close(of("0.21.0"), 8.89, 0.01);
    close(of("0.15.0"), 9.73, 0.01);
  });

  it("profiles prompts with images whole in the old engine", () => {
    const of = (id: string, length: number) =>
      plan(id, "RTX 5090", "0.7.3", { maxModelLen: length }).kvCache?.low ?? 0;
    assert.ok(of("Qwen/Qwen2.5-VL-3B-Instruct", 32768) > 13, "16.9 GiB measured");
    assert.ok(of("Qwen/Qwen2.5-VL-3B-Instruct", 128000) < 0.11, "3040 tokens of 36 kiB were left");
  });

  it("knows that base models are longer than what was made of them", () => {
    assert.equal(catalogueModel("Qwen/Qwen2.5-14B")?.shape.maxLength, 131072);
    assert.equal(catalogueModel("Qwen/Qwen2.5-14B-Instruct")?.shape.maxLength, 32768);
  });

  it("caches the index keys of MiniMax M3", () => {
    const p = plan("MiniMaxAI/MiniMax-M3", "H100", "0.25.0", { tensorParallel: 8, maxModelLen: 1048576 });
    close(p.kv.requestGib?.value, 44.25, 0.001);
  });

  it("doubles the default batch limits in throughput mode", () => {
    const of = (throughputMode: boolean) =>
      plan("Qwen/Qwen3-8B-AWQ", "RTX 4090", "0.17.0", { throughputMode }).activation?.inputs.map(
        (i) => i.value,
      );
    assert.deepEqual(of(false)?.slice(0, 2), ["256", "2048"]);
    assert.deepEqual(of(true)?.slice(0, 2), ["512", "4096"]);
  });

  it("knows which starts of 0.8 to 0.10 ran on the old engine", () => {
    const sequences = (card: string, release: string, kvCacheDtype?: string) =>
      plan("meta-llama/Llama-3.1-8B-Instruct", card, release, { kvCacheDtype, maxModelLen: 8192 }).activation
        ?.inputs[0]?.value;
    assert.equal(sequences("H100", "0.9.0", "fp8"), "1024");
    assert.equal(sequences("L40S", "0.8.2", "fp8"), "256");
    assert.equal(sequences("L40S", "0.8.2"), "1024");
    assert.equal(sequences("MI300X", "0.8.5"), "256");
    assert.equal(sequences("MI300X", "0.9.2"), "1024");
  });

  it("keeps the estimate of graphs small for dense models and large for mixtures on Blackwell", () => {
    const graph = (id: string, card: string, tensorParallel: number) =>
      plan(id, card, "0.29.1", { tensorParallel }).cudaGraph;
    close(graph("QuantTrio/MiniMax-M2.7-AWQ", "GB10", 2)?.value, 5.12, 0.1);
    assert.ok((graph("Qwen/Qwen3.8-27B", "RTX PRO 6000", 1)?.value ?? 9) < 1.2);
    const exchange = plan("MiniMaxAI/MiniMax-M2.5", "B200", "0.24.0", {
      dataParallel: 2,
      expertParallel: true,
    });
    assert.ok((exchange.cudaGraph?.high ?? 0) > 60);
    assert.notEqual(exchange.fits, "no");
  });
});

describe("a model known by its name alone", () => {
  const of = (modelName: string) =>
    planMemory({ model: undefined, modelName, gpu: gpu("H100"), version: version("0.10.0") });

  it("has a range of weights that is said to be guessed", () => {
    const p = of("/models/some-70b-awq");
    assert.equal(p.fits, "unknown");
    assert.deepEqual(p.assumptions[0], {
      name: "weights",
      value: "29 to 70 GiB",
      origin: "guessed from the model's name",
    });
    assert.equal(p.kvCache, undefined);
  });

  it("is not refused for what a path does not say", () => {
    assert.equal(of("s3://bucket/llama-70b").fits, "unknown", "it may be quantised");
    assert.equal(of("someone/Llama-70B").fits, "no", "a repository says so");
    assert.equal(of("/models/foo").weights, undefined);
  });
});
