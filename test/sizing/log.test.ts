import assert from "node:assert/strict";
import fc from "fast-check";
import { readLog } from "../../src/sizing/log";

describe("Start-up log", () => {
  it("is read as V0 prints it", () => {
    const log =
      readLog(`INFO 10-02 09:00:00 llm_engine.py:237] Initializing an LLM engine (v0.6.3.post1) with config: model='acme/chat', tensor_parallel_size=1
INFO 10-02 09:00:30 model_runner.py:1067] Loading model weights took 14.9888 GB
INFO 10-02 09:00:40 worker.py:267] the current vLLM instance can use total_gpu_memory (79.10GiB) x gpu_memory_utilization (0.90) = 71.19GiB
INFO 10-02 09:00:40 worker.py:267] model weights take 14.99GiB; non_torch_memory takes 0.13GiB; PyTorch activation peak memory takes 1.22GiB; the rest of the memory reserved for KV Cache is 54.85GiB.
INFO 10-02 09:00:41 executor_base.py:110] # CUDA blocks: 28084, # CPU blocks: 2048
INFO 10-02 09:00:41 executor_base.py:115] Maximum concurrency for 8192 tokens per request: 54.85x
INFO 10-02 09:01:00 model_runner.py:1518] Graph capturing finished in 17 secs, took 0.23 GiB`);
    assert.equal(log.version, "0.6.3.post1");
    assert.equal(log.model, "acme/chat");
    assert.deepEqual(
      [log.weightsGib, log.nonTorchGib, log.activationGib, log.kvCacheGib, log.graphsGib],
      [14.99, 0.13, 1.22, 54.85, 0.23],
    );
    assert.deepEqual([log.blocks, log.maxConcurrency, log.requestTokens], [28084, 54.85, 8192]);
  });

  it("is read through colours, time stamps and several ranks, of which the fullest counts", () => {
    const log =
      readLog(`2026-01-02T03:04:05.123456789Z \u001b[36m(Worker_TP1 pid=77)\u001b[0;0m INFO 01-02 [gpu_model_runner.py:9] Model loading took 33.1 GiB memory and 40.2 seconds
\u001b[36m(Worker_TP0 pid=76)\u001b[0m INFO 01-02 [gpu_model_runner.py:9] Model loading took 33.4 GiB memory and 41.0 seconds
(RayWorkerWrapper pid=12, ip=10.0.0.2) INFO 01-02 [gpu_worker.py:3] Available KV cache memory: 30.25 GiB
(Worker_TP0 pid=76) INFO 01-02 [gpu_worker.py:3] Available KV cache memory: 29.75 GiB\r
(EngineCore_DP0 pid=9) INFO 01-02 [kv_cache_utils.py:5] GPU KV cache size: 194,960 tokens, Maximum concurrency for 32,768 tokens per request: 5.95x`);
    assert.deepEqual(
      [log.weightsGib, log.kvCacheGib, log.tokens, log.maxConcurrency, log.requestTokens],
      [33.4, 29.75, 194_960, 5.95, 32_768],
    );
  });

  it("tells why vLLM gave up", () => {
    const log = readLog(
      "(EngineCore pid=1) ValueError: To serve at least one request with the models's max seq len (131072), (16.00 GiB KV cache is needed, which is larger than the available KV cache memory (3.10 GiB).",
    );
    assert.match(log.failures[0] ?? "", /^To serve at least one request .*131072/);
    assert.equal(log.kvCacheGib, undefined);
  });

  it("is read from any text without an error, in bounded time", () => {
    fc.assert(fc.property(fc.string({ maxLength: 3000, unit: "binary" }), (text) => void readLog(text)));
    for (const text of [
      "9".repeat(3_000_000),
      "# a blocks: ".repeat(200_000),
      "\u001b[".repeat(500_000),
      "Gi".repeat(9e5),
    ]) {
      const start = performance.now();
      readLog(text);
      assert.ok(performance.now() - start < 2000, text.slice(0, 20));
    }
  });
});
