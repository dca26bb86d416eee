import assert from "node:assert/strict";
import { close, plan } from "./support";

const GIB = 2 ** 30;

describe("KV cache", () => {
  it("knows the bytes of a token of plain models", () => {
    const cases: [string, number, string | undefined, number, number, number][] = [
      ["meta-llama/Llama-3.1-8B-Instruct", 1, undefined, 131072, 131072, 16],
      ["meta-llama/Llama-3.1-8B-Instruct", 1, "fp8", 131072, 65536, 8],
      ["meta-llama/Llama-3.1-70B-Instruct", 4, undefined, 131072, 81920, 10],
      ["meta-llama/Llama-3.1-70B-Instruct", 8, undefined, 131072, 40960, 5],
      ["meta-llama/Llama-3.1-70B-Instruct", 16, undefined, 131072, 40960, 5],
      ["Qwen/Qwen3-30B-A3B", 1, undefined, 40960, 98304, 3.75],
      ["Qwen/Qwen3-30B-A3B", 4, undefined, 40960, 24576, 0.9375],
      ["Qwen/Qwen3-30B-A3B", 8, undefined, 40960, 24576, 0.9375],
    ];
    for (const [id, tensorParallel, kvCacheDtype, maxModelLen, perToken, gib] of cases) {
      const { kv } = plan(id, "H200", "0.19.0", { tensorParallel, kvCacheDtype, maxModelLen });
      assert.equal(kv.bytesPerToken?.value, perToken, `${id} tp ${tensorParallel}`);
      assert.equal(kv.requestGib?.value, gib, `${id} tp ${tensorParallel}`);
    }
  });

  it("never divides a latent cache by the ranks, unless the sequence is sharded", () => {
    for (const tensorParallel of [1, 8, 16]) {
      const { kv } = plan("deepseek-ai/DeepSeek-V3", "H200", "0.19.0", { tensorParallel });
      assert.equal(kv.bytesPerToken?.value, 70272);
      close(kv.requestGib?.value, 10.72, 0.001);
    }
    const sharded = plan("moonshotai/Kimi-K2-Thinking", "H200", "0.11.2", {
      tensorParallel: 8,
      decodeContextParallel: 8,
    });
    assert.equal(sharded.kv.bytesPerToken?.value, 70272 / 8);
  });

  it("had no latent cache before 0.7.1", () => {
    const old = plan("deepseek-ai/DeepSeek-V2-Lite-Chat", "H100", "0.6.4", { maxModelLen: 8192 });
    const now = plan("deepseek-ai/DeepSeek-V2-Lite-Chat", "H100", "0.8.5", { maxModelLen: 8192 });
    assert.ok((old.kv.bytesPerToken?.value ?? 0) > 8 * (now.kv.bytesPerToken?.value ?? Infinity));
  });

  it("sizes sliding windows by the hybrid manager's groups", () => {
    const more = { maxModelLen: 131072, maxNumBatchedTokens: 8192 };
    const oss = plan("openai/gpt-oss-20b", "H100", "0.26.0", more);
    assert.equal(oss.kv.requestGib?.value, ((8192 + 1033) * 12 * 32768) / GIB);
    const gemma = plan("google/gemma-3-27b-it", "H100", "0.26.0", more);
    assert.equal(gemma.kv.requestGib?.value, ((8192 + 6 * 1089) * 10 * 131072) / GIB);
    close(
      plan("openai/gpt-oss-20b", "H100", "0.26.0", { ...more, disableHybridManager: true }).kv.requestGib
        ?.value,
      6,
      0.001,
    );
    close(
      plan("google/gemma-3-27b-it", "H100", "0.26.0", { ...more, disableHybridManager: true }).kv.requestGib
        ?.value,
      62,
      0.001,
    );
  });

  it("prints tokens as the version does", () => {
    const before = plan("google/gemma-3-27b-it", "H200", "0.20.0", { maxModelLen: 4096 });
    assert.equal(before.kv.bytesPerToken?.value, 573440);
    const after = plan("google/gemma-4-31B-it", "B300", "0.26.0", {
      maxModelLen: 16384,
      maxNumBatchedTokens: 8192,
    });
    assert.equal(after.kv.bytesPerToken?.value, 901920);
    close(after.kv.maxConcurrency?.value, 13.25, 0.01);
    close((after.kv.tokens?.value ?? 0) / 16384, after.kv.maxConcurrency?.value ?? 0, 0.001);
  });

  it("raises the block of hybrid models to a state and counts the states of a request", () => {
    const { kv } = plan("Qwen/Qwen3.6-27B", "RTX 3090", "0.28.0", {
      tensorParallel: 2,
      kvCacheDtype: "fp8",
      maxModelLen: 131072,
    });
    assert.equal(kv.blockTokens, 1568);
    assert.equal(kv.requestGib?.value, (90 * 1568 * 1024 * 16) / GIB);
    const unaligned = plan("Qwen/Qwen3.6-27B", "RTX 3090", "0.28.0", {
      tensorParallel: 2,
      kvCacheDtype: "fp8",
      maxModelLen: 131072,
      enablePrefixCaching: false,
    });
    assert.equal(unaligned.kv.requestGib?.value, (87 * 1568 * 1024 * 16) / GIB);
    assert.equal(plan("Qwen/Qwen3.5-9B", "L40S", "0.18.0").kv.blockTokens, 528);
  });

  it("charges compressed attention as the start-up check does", () => {
    const { kv } = plan("deepseek-ai/DeepSeek-V4-Flash", "B200", "0.26.0", {
      maxModelLen: 30000,
      maxNumBatchedTokens: 8192,
      tensorParallel: 4,
    });
    close(kv.requestGib?.value, 6.66, 0.002);
    const tight = plan("deepseek-ai/DeepSeek-V4-Flash", "B200", "0.26.0", {
      maxModelLen: 30000,
      maxNumBatchedTokens: 8192,
      tensorParallel: 4,
      kvCacheMemoryBytes: Math.round(5.44 * GIB),
    });
    close(tight.kv.longestLength?.value, 13528, 0.07);
  });

  it("holds an encoder's keys for every request", () => {
    const { kv } = plan("openai/whisper-large-v3", "L4", "0.15.1", {
      gpuMemoryUtilization: 0.85,
      kvCacheMemoryBytes: Math.round(10.14 * GIB),
    });
    close(kv.maxConcurrency?.value, 26.62, 0.001);
    close(kv.tokens?.value, 33216, 0.001);
  });

  it("takes a pool in bytes and a number of blocks", () => {
    const pinned = plan("meta-llama/Llama-3.1-8B-Instruct", "H100", "0.19.0", {
      kvCacheMemoryBytes: 16 * GIB,
    });
    assert.equal(pinned.kvCache?.value, 16);
    assert.equal(pinned.kv.tokens?.value, 131072);
    const blocks = plan("meta-llama/Llama-3.1-8B-Instruct", "H100", "0.19.0", { numGpuBlocksOverride: 100 });
    assert.equal(blocks.kv.tokens?.value, 1600);
  });

  it("leaves the cache unknown where the layers are", () => {
    const { kv, weights, fits } = plan("mistralai/Mistral-Small-4-119B-2603", "H200", "0.28.0", {
      tensorParallel: 2,
    });
    assert.ok(weights);
    assert.equal(kv.bytesPerToken, undefined);
    assert.equal(fits, "unknown");
  });
});
