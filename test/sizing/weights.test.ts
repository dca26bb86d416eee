import assert from "node:assert/strict";
import { allocatedBeyond } from "../../src/sizing/allocator";
import { parameterParts } from "../../src/sizing/parameters";
import { stageLayers } from "../../src/sizing/weights";
import { close, model, plan } from "./support";

describe("weights", () => {
  it("match what vLLM loaded", () => {
    const cases: [string, string, string, number, number][] = [
      ["meta-llama/Llama-3.1-8B-Instruct", "H100", "0.11.0", 1, 14.99],
      ["Qwen/Qwen3-32B", "H100", "0.13.0", 1, 61.03],
      ["RedHatAI/Llama-3.3-70B-Instruct-FP8-dynamic", "H100", "0.19.0", 2, 33.87],
      ["RedHatAI/Llama-3.3-70B-Instruct-FP8-dynamic", "H100", "0.19.0", 4, 16.95],
      ["meta-llama/Llama-4-Scout-17B-16E-Instruct", "H100", "0.19.0", 4, 53.14],
      ["mistralai/Mixtral-8x7B-Instruct-v0.1", "H100", "0.19.0", 2, 43.5],
      ["google/gemma-3-4b-it", "B200", "0.10.1", 1, 8.58],
      ["openai/gpt-oss-20b", "A100-40GB", "0.11.0", 1, 13.72],
      ["openai/gpt-oss-120b", "H100", "0.11.0", 1, 64.38],
      ["Qwen/Qwen3-235B-A22B-Instruct-2507-FP8", "L40S", "0.10.2", 8, 27.72],
      ["TheBloke/Mistral-7B-Instruct-v0.2-GPTQ", "GB10", "0.11.0", 1, 3.8844],
    ];
    for (const [id, card, release, tensorParallel, gib] of cases) {
      close(plan(id, card, release, { tensorParallel }).weights?.value, gib, 0.006);
    }
  });

  it("casts a float32 checkpoint to 16 bits", () => {
    const { weights, checkpoint } = plan("openai-community/gpt2", "L4", "0.19.0");
    close(weights?.value, (124439808 * 2) / 2 ** 30, 0.01);
    assert.ok(checkpoint);
  });

  it("splits experts over data-parallel ranks, with and without expert parallelism", () => {
    const sliced = plan("Qwen/Qwen3-30B-A3B", "H100", "0.10.0", { dataParallel: 2 });
    close(sliced.weights?.value, 29.88, 0.002);
    const whole = plan("Qwen/Qwen3-30B-A3B", "H100", "0.10.0", { dataParallel: 2, expertParallel: true });
    close(whole.weights?.value, 29.88, 0.002);
    const dense = plan("Qwen/Qwen3-8B", "H100", "0.10.0", { dataParallel: 2 });
    close(dense.weights?.value, 15.27, 0.002);
  });

  it("count what torch's allocator does not give back", () => {
    const mib = 2 ** 20;
    assert.equal(allocatedBeyond(5 * mib), 0);
    assert.equal(allocatedBeyond(20 * mib), 0);
    assert.equal(allocatedBeyond(129.5 * mib), 0.5 * mib);
    assert.equal(allocatedBeyond(259 * mib), mib);
    assert.equal(allocatedBeyond(24.5 * mib), 0);
    // 14.19 GiB of parameters; logged by many releases.
    close(plan("Qwen/Qwen2.5-7B-Instruct", "H100", "0.10.0").weights?.value, 14.2488, 0.001);
    close(plan("Qwen/Qwen3-4B", "H100", "0.8.5").weights?.value, 7.5552, 0.001);
    close(
      plan("google/gemma-3-27b-it", "L40S", "0.8.2", { tensorParallel: 4 }).weights?.value,
      13.1665,
      0.001,
    );
  });

  it("leave the download as it is when they are quantised while loading", () => {
    const plain = plan("Qwen/Qwen3-8B", "H100", "0.19.0");
    const online = plan("Qwen/Qwen3-8B", "H100", "0.19.0", { quantization: "fp8" });
    close(online.checkpoint?.value, plain.checkpoint?.value ?? 0, 0.001);
    assert.ok((online.weights?.value ?? 0) < 0.7 * (plain.weights?.value ?? 0));
  });

  it("deals layers as vLLM does", () => {
    assert.deepEqual(stageLayers(80, 4), [20, 20, 20, 20]);
    assert.deepEqual(stageLayers(62, 4), [15, 16, 16, 15]);
    assert.deepEqual(stageLayers(61, 3), [20, 21, 20]);
    assert.deepEqual(stageLayers(7, 1), [7]);
  });

  it("takes the fullest stage of a pipeline", () => {
    const whole =
      plan("meta-llama/Llama-3.1-70B-Instruct", "H100", "0.19.0", { tensorParallel: 2 }).weights?.value ?? 0;
    const half =
      plan("meta-llama/Llama-3.1-70B-Instruct", "H100", "0.19.0", { tensorParallel: 2, pipelineParallel: 2 })
        .weights?.value ?? 0;
    assert.ok(half > 0.49 * whole && half < 0.53 * whole, `${half} of ${whole}`);
  });

  it("shrinks by what is offloaded and grows by LoRA slots, drafts and MTP layers", () => {
    const id = "meta-llama/Llama-3.1-8B-Instruct";
    const plain = plan(id, "H100", "0.19.0").weights?.value ?? 0;
    close(plan(id, "H100", "0.19.0", { cpuOffloadGb: 5 }).weights?.value, plain - 5, 0.001);
    const lora = plan(id, "H100", "0.19.0", { lora: { slots: 4, rank: 64 } }).weights?.value ?? 0;
    close(lora - plain, (4 * 41_943_040 * 4 * 2) / 2 ** 30, 0.02);
    const draft = plan(id, "H100", "0.19.0", {
      speculative: {
        method: "draft_model",
        tokens: 3,
        draft: model("meta-llama/Llama-3.2-1B-Instruct").shape,
      },
    });
    close((draft.weights?.value ?? 0) - plain, 2.33, 0.02);
    const bare = plan("Qwen/Qwen3.6-27B", "H100", "0.28.0").weights?.value ?? 0;
    const mtp =
      plan("Qwen/Qwen3.6-27B", "H100", "0.28.0", { speculative: { method: "mtp", tokens: 1 } }).weights
        ?.value ?? 0;
    close(mtp - bare, 0.79, 0.02);
  });

  it("halves linears under online fp8 and leaves embeddings", () => {
    const { weights } = plan("meta-llama/Llama-3.1-8B-Instruct", "H100", "0.19.0", { quantization: "fp8" });
    close(weights?.value, 8.49, 0.01);
  });

  it("adds up to the published parameters", () => {
    for (const id of [
      "meta-llama/Llama-3.1-8B-Instruct",
      "deepseek-ai/DeepSeek-V3",
      "Qwen/Qwen3.6-27B",
      "google/gemma-4-E4B-it",
      "openai/whisper-large-v3",
    ]) {
      const { shape } = model(id);
      const sum = parameterParts(shape).reduce((total, part) => total + part.parameters, 0);
      close(sum, shape.parameters ?? 0, 0.0001);
    }
  });
});
