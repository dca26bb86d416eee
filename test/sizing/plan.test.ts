import assert from "node:assert/strict";
import fc from "fast-check";
import { planMemory } from "../../src/sizing/plan";
import type { PlanInput } from "../../src/sizing/plan-types";
import type { Quantity } from "../../src/sizing/quantity";
import { close, gpu, model, plan, version } from "./support";

describe("memory plan", () => {
  it("reproduces the start-up log of a plain model", () => {
    const p = plan("meta-llama/Llama-3.1-8B-Instruct", "A100-80GB", "0.31.0");
    close(p.budget?.value, 72.91, 0.01);
    close(p.kvCache?.value, 56.21, 0.01);
    close(p.kv.tokens?.value, 460496, 0.01);
    close(p.kv.maxConcurrency?.value, 3.51, 0.01);
    assert.equal(p.fits, "yes");
    assert.equal(p.failureText, undefined);
    assert.ok(p.cudaGraphInBudget);
  });

  it("knows the cliffs between versions", () => {
    const at = (release: string) =>
      plan("Qwen/Qwen3-14B", "H100", release, { gpuMemoryUtilization: 0.95, maxModelLen: 8192 });
    close(at("0.16.0").activation?.value, 5.64, 0.01);
    close(at("0.17.0").activation?.value, 2.23, 0.01);
    close(at("0.17.0").nonTorch?.value, 0.13, 0.01);
    close(at("0.18.0").nonTorch?.value, 0.25, 0.01);
    for (const [release, pool] of [
      ["0.15.0", 41.94],
      ["0.17.0", 45.34],
      ["0.18.0", 45.23],
    ] as const)
      close(at(release).kvCache?.value, pool, 0.003);
    assert.equal(plan("Qwen/Qwen3-14B", "H100", "0.19.0").budget?.value, 79.19 * 0.9);
    assert.equal(plan("Qwen/Qwen3-14B", "H100", "0.20.0").budget?.value, 79.19 * 0.92);
    assert.deepEqual(
      ["0.17.0", "0.19.0", "0.20.0", "0.25.0", "0.29.0"].map((r) => at(r).cudaGraphInBudget),
      [false, false, true, false, true],
    );
  });

  it("gives small defaults to small cards and to every A100", () => {
    const sequences = (card: string) =>
      plan("Qwen/Qwen3-8B", card, "0.19.0").assumptions.find((each) => each.name === "sequences")?.value;
    assert.deepEqual(["L4", "A100-80GB", "H100", "MI300X"].map(sequences), ["256", "256", "1024", "1024"]);
  });

  it("says why a model does not fit, in vLLM's words", () => {
    const long = plan("Qwen/Qwen3-32B", "H100", "0.13.0", { maxModelLen: 40960, flashInferSampler: false });
    assert.equal(long.fits, "no");
    assert.match(
      long.failureText ?? "",
      /^To serve at least one request with the models's max seq len \(40960\), \(10\.00 GiB KV cache is needed/,
    );
    assert.match(long.failureText ?? "", /the estimated maximum model length is 1\d{4}\./);
    const big = plan("deepseek-ai/DeepSeek-R1", "H100", "0.19.0");
    assert.equal(big.fits, "no");
    assert.match(big.failureText ?? "", /CUDA out of memory/);
    const none = plan("Qwen/Qwen3-Coder-30B-A3B-Instruct-FP8", "RTX 5090", "0.22.0", {
      maxModelLen: 16384,
      gpuMemoryUtilization: 0.85,
    });
    assert.equal(none.fits, "no");
    assert.match(none.failureText ?? "", /^No available memory for the cache blocks\./);
    assert.match(
      plan("Qwen/Qwen3-32B", "H100", "0.24.0", {
        maxModelLen: 40960,
        maxNumSeqs: 4096,
        gpuMemoryUtilization: 0.85,
      }).failureText ?? "",
      /the model's max seq len/,
    );
  });

  it("shortens the length by itself when asked to", () => {
    const p = plan("Qwen/Qwen3-32B", "H100", "0.16.0", { maxModelLen: "auto" });
    assert.equal(p.fits, "yes");
    const fitted = p.kv.maxModelLen?.value ?? 0;
    assert.ok(fitted > 10000 && fitted < 40960, String(fitted));
    assert.ok((p.kv.maxConcurrency?.value ?? 0) >= 1);
  });

  it("keeps what depends on an unknown value unknown, and nothing else", () => {
    const id = "Qwen/Qwen3-8B";
    const noTp = plan(id, "H100", "0.19.0", { unknown: ["tensorParallel"] });
    assert.equal(noTp.weights, undefined);
    assert.equal(noTp.kvCache, undefined);
    assert.equal(noTp.kv.bytesPerToken, undefined);
    assert.ok(noTp.budget);
    assert.equal(noTp.fits, "unknown");
    const noLength = plan(id, "H100", "0.19.0", { unknown: ["maxModelLen"] });
    assert.ok(noLength.kvCache);
    assert.equal(noLength.kv.maxConcurrency, undefined);
    assert.equal(noLength.fits, "unknown");
    const noShare = plan(id, "H100", "0.19.0", { unknown: ["gpuMemoryUtilization"] });
    assert.ok(noShare.weights);
    assert.equal(noShare.kvCache, undefined);
    assert.equal(noShare.kv.bytesPerToken?.value, 147456);
    const noGpu = planMemory({ model: model(id), gpu: undefined, version: version("0.19.0") });
    assert.ok(noGpu.weights);
    assert.equal(noGpu.fits, "unknown");
    assert.match(noGpu.reasons.join(" "), /GPU is not known/);
    const nothing = planMemory({ model: undefined, gpu: undefined, version: version("0.19.0") });
    assert.equal(nothing.fits, "unknown");
  });

  it("says in a sentence what is absurd", () => {
    const cases: [Partial<PlanInput>, RegExp][] = [
      [{ tensorParallel: 0 }, /tensor parallel size must be a whole number of at least 1, not 0/],
      [{ tensorParallel: 3 }, /Tensor parallel size 3 does not divide the 32 attention heads/],
      [{ maxModelLen: -5 }, /model length/],
      [{ maxModelLen: 1e99 }, /model length/],
      [{ maxNumSeqs: Number.NaN }, /number of sequences/],
      [{ gpuMemoryUtilization: 1.5 }, /above 0 and at most at 1/],
      [{ gpuMemoryUtilization: 0 }, /above 0 and at most at 1/],
      [{ kvCacheMemoryBytes: -1 }, /KV cache size must be 0 or more/],
      [{ cpuOffloadGb: Number.POSITIVE_INFINITY }, /CPU offload/],
      [{ pipelineParallel: 99 }, /more than the 36 layers/],
      [{ gpu: { ...gpu("H100"), memoryGib: 0 } }, /does not exist/],
      [{ lora: { slots: -1, rank: 16 } }, /LoRA slots/],
      [{ tensorParallel: 1e99 }, /tensor parallel size/],
      [{ tensorParallel: -2 }, /tensor parallel size/],
      [{ tensorParallel: 1.5 }, /tensor parallel size/],
      [{ dataParallel: 0 }, /data parallel size/],
      [{ prefillContextParallel: 0 }, /prefill context parallel size/],
      [{ decodeContextParallel: 3, tensorParallel: 2 }, /Decode context parallel size 3 does not divide/],
      [{ maxNumBatchedTokens: -1 }, /number of batched tokens/],
      [{ blockSize: 0 }, /block size/],
      [{ numGpuBlocksOverride: -4 }, /number of GPU blocks/],
      [{ kvCacheMemoryBytes: 1e99 }, /KV cache size/],
      [{ gpuMemoryUtilization: Number.NaN }, /above 0 and at most at 1/],
      [{ speculative: { method: "ngram", tokens: -3 } }, /speculative tokens/],
    ];
    for (const [more, sentence] of cases) {
      const p = plan("Qwen/Qwen3-8B", "H100", "0.19.0", more);
      assert.match(p.reasons.join(" "), sentence);
      assert.equal(p.fits, "no");
    }
    const over = plan("Qwen/Qwen3-8B", "H100", "0.19.0", { maxModelLen: 999999 });
    assert.match(over.reasons.join(" "), /more than the model's 40960/);
  });

  it("runs the old engine on cards that the new one did not take", () => {
    const at = (card: string, release: string): number =>
      plan("Qwen/Qwen3-4B", card, release, { maxModelLen: 10000, maxNumSeqs: 1, dtype: "float16" }).activation
        ?.value ?? 0;
    // A prompt of the whole length is profiled: 0.74 GiB measured on a card of the same generation with 0.8.5.
    close(at("T4", "0.8.5"), 0.7, 0.1);
    assert.ok(at("A10G", "0.8.5") < 0.2);
    assert.ok(at("T4", "0.11.0") < 0.2);
  });

  it("lets a vision tower on its largest image decide, unless it is switched off", () => {
    const p = plan("Qwen/Qwen3.5-9B", "L40S", "0.19.0", { offline: true, enablePrefixCaching: false });
    close(p.kvCache?.value, 20.27, 0.01);
    assert.match(p.activation?.formula ?? "", /encoder on its largest batch/);
    const text = plan("Qwen/Qwen3.5-9B", "L40S", "0.19.0", { offline: true, textOnly: true });
    assert.ok((text.activation?.value ?? 0) < 1);
  });

  it("counts the buffers of sparse attention's indexer by the length", () => {
    const at = (maxModelLen: number): number =>
      plan("nvidia/GLM-5.2-NVFP4", "B200", "0.26.0", { tensorParallel: 8, maxModelLen }).activation?.value ??
      0;
    close(at(819200) - at(102400), (40 * 716800 * 132) / 2 ** 30, 0.001);
  });

  it("counts the ranks of context parallelism", () => {
    const p = plan("Qwen/Qwen3-8B", "H100", "0.19.0", { tensorParallel: 2, prefillContextParallel: 2 });
    assert.equal(p.gpus, 4);
    const one = plan("Qwen/Qwen3-8B", "H100", "0.19.0", { tensorParallel: 2 });
    close(p.kv.requestGib?.value, (one.kv.requestGib?.value ?? 0) / 2, 0.001);
  });

  it("reads a range from the name of an unknown model and no more", () => {
    const p = planMemory({
      model: undefined,
      modelName: "acme/Secret-70B-AWQ",
      gpu: gpu("H100"),
      version: version("0.19.0"),
      tensorParallel: 2,
    });
    const weights = p.weights;
    assert.ok(weights && weights.low < 17 && weights.high > 20 && weights.high < 40, JSON.stringify(weights));
    assert.equal(weights.inputs[0]?.origin, "name");
    assert.equal(p.kvCache, undefined);
    assert.equal(p.fits, "unknown");
    assert.equal(
      planMemory({ model: undefined, modelName: "acme/secret", gpu: gpu("H100"), version: version("0.19.0") })
        .weights,
      undefined,
    );
    assert.equal(
      planMemory({
        model: undefined,
        modelName: "acme/Huge-405B",
        gpu: gpu("L4"),
        version: version("0.19.0"),
      }).fits,
      "no",
    );
  });

  it("puts numbers and origins into every quantity", () => {
    const p = plan("Qwen/Qwen3-8B", "H100", "0.19.0", {
      tensorParallel: 2,
      origins: { tensorParallel: "flag" },
    });
    assert.ok(
      p.weights?.inputs.some((each) => each.name === "tensor parallel size" && each.origin === "flag"),
    );
    assert.ok(p.activation?.inputs.some((each) => each.origin === "default of 0.19"));
    assert.match(p.budget?.formula ?? "", /79\.19 GiB x 0\.9/);
    for (const quantity of [p.total, p.budget, p.weights, p.activation, p.nonTorch, p.cudaGraph, p.kvCache]) {
      assert.ok(
        quantity &&
          quantity.formula !== "" &&
          quantity.low <= quantity.value &&
          quantity.value <= quantity.high,
      );
    }
  });

  it("never throws and keeps its bands in order, whatever the numbers", () => {
    const number = fc.oneof(
      fc.integer({ min: -2, max: 200_000 }),
      fc.double(),
      fc.constantFrom(0, 1, 2, 8, 1e99, -1, Number.NaN),
    );
    const ids = [
      "Qwen/Qwen3-8B",
      "deepseek-ai/DeepSeek-V3",
      "Qwen/Qwen3.6-27B",
      "google/gemma-4-E4B-it",
      "openai/gpt-oss-20b",
      "openai/whisper-small",
      "BAAI/bge-m3",
      "deepseek-ai/DeepSeek-V4-Pro",
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...ids),
        fc.constantFrom("L4", "H100", "MI300X", "GB10"),
        fc.constantFrom("0.4.2", "0.8.5", "0.17.0", "0.22.0", "0.33.0"),
        fc.record(
          {
            tensorParallel: number,
            pipelineParallel: number,
            dataParallel: number,
            maxModelLen: number,
            maxNumSeqs: number,
            maxNumBatchedTokens: number,
            gpuMemoryUtilization: fc.oneof(fc.double({ min: 0.1, max: 1 }), number),
            blockSize: number,
            kvCacheMemoryBytes: number,
            numGpuBlocksOverride: number,
            cpuOffloadGb: number,
            decodeContextParallel: number,
            kvCacheDtype: fc.constantFrom("auto", "fp8", "nonsense"),
            dtype: fc.constantFrom("auto", "half", "x"),
            quantization: fc.constantFrom("fp8", "bitsandbytes", "nonsense"),
          },
          { requiredKeys: [] },
        ),
        (id, card, release, more) => {
          const p = plan(id, card, release, more);
          const all: (Quantity | undefined)[] = [
            p.total,
            p.budget,
            p.weights,
            p.activation,
            p.nonTorch,
            p.cudaGraph,
            p.kvCache,
            p.checkpoint,
            p.kv.tokens,
            p.kv.maxConcurrency,
            p.kv.longestLength,
            p.kv.requestGib,
          ];
          for (const q of all) {
            if (q === undefined) continue;
            assert.ok(Number.isFinite(q.value) && q.low <= q.value && q.value <= q.high, JSON.stringify(q));
          }
          if (p.fits === "no") assert.ok(p.reasons.length > 0);
        },
      ),
      { numRuns: 400 },
    );
  });
});
