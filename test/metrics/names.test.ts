import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { checkMetrics } from "../../scripts/data/check-metrics";
import {
  isFraction,
  kvCacheMetric,
  mentionsVllmMetric,
  metricState,
  readMetricName,
} from "../../src/metrics/names";
import { NEWEST, parseVersion } from "../../src/vllm/version";

const at = (text: string) => parseVersion(text) ?? NEWEST;

describe("metric catalogue", () => {
  it("is understood to the last key", () => {
    assert.ok(checkMetrics() >= 120);
  });

  it("stays small", () => {
    assert.ok(readFileSync("src/data/metrics.json").length < 40_000);
  });
});

describe("metricState", () => {
  it("follows the KV cache gauge through its releases", () => {
    const states = ["0.8.5", "0.9.2", "0.10.2", "0.11.0", "0.11.2", "0.12.0", "0.33.0"].map(
      (v) => metricState("vllm:gpu_cache_usage_perc", at(v)).state,
    );
    assert.deepEqual(states, [
      "current",
      "deprecated",
      "deprecated",
      "hidden",
      "hidden",
      "removed",
      "removed",
    ]);
    assert.equal(metricState("vllm:gpu_cache_usage_perc", NEWEST).replacement, "vllm:kv_cache_usage_perc");
    assert.equal(metricState("vllm:kv_cache_usage_perc", at("0.8.5")).state, "future");
  });

  it("keeps the suffix of a series in the replacement", () => {
    assert.equal(
      metricState("vllm:time_per_output_token_seconds_bucket", NEWEST).replacement,
      "vllm:inter_token_latency_seconds_bucket",
    );
    assert.equal(
      metricState("vllm:gpu_prefix_cache_hits_total", NEWEST).replacement,
      "vllm:prefix_cache_hits_total",
    );
    assert.equal(
      metricState("vllm:gpu_prefix_cache_hits", NEWEST).replacement,
      "vllm:prefix_cache_hits_total",
    );
    assert.equal(
      metricState("vllm:gpu_prefix_cache_hits_created", NEWEST).replacement,
      "vllm:prefix_cache_hits_created",
    );
  });

  it("knows nothing of foreign names", () => {
    assert.equal(metricState("up", NEWEST).state, "unknown");
    assert.equal(metricState("vllm:kv_cache_usage:avg5m", NEWEST).state, "unknown");
    assert.equal(metricState("vllm:num_requests_waiting_sum", NEWEST).state, "unknown");
  });
});

describe("readMetricName", () => {
  it("tells a counter without _total", () => {
    assert.equal(readMetricName("vllm:num_preemptions")?.lacksTotal, true);
    assert.equal(readMetricName("vllm:num_preemptions_total")?.lacksTotal, false);
  });

  it("takes a histogram whose name ends in _total for what it is", () => {
    assert.equal(readMetricName("vllm:iteration_tokens_total_bucket")?.entry.type, "histogram");
  });

  it("tells fractions", () => {
    const entry = readMetricName("vllm:kv_cache_usage_perc")?.entry;
    assert.ok(entry && isFraction(entry));
    assert.equal(kvCacheMetric(at("0.8.5")), "vllm:gpu_cache_usage_perc");
    assert.equal(kvCacheMetric(NEWEST), "vllm:kv_cache_usage_perc");
  });

  it("sees a mention only at the start of a name", () => {
    assert.ok(mentionsVllmMetric("sum(vllm:num_requests_waiting)"));
    assert.ok(!mentionsVllmMetric("kserve_vllm:num_requests_waiting"));
    assert.ok(!mentionsVllmMetric('image="vllm/vllm-openai:v0.9"'));
  });
});
