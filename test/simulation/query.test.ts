import assert from "node:assert/strict";
import fc from "fast-check";
import { parseQuery } from "../../src/metrics/promql";
import { answer, podValues, type Scrape, type World } from "../../src/simulation/query";
import { parseVersion } from "../../src/vllm/version";

const scrape = (pod: string, at: number, running: number, waiting: number, kv: number): Scrape => ({
  at,
  pod,
  engine: 0,
  values: {
    up: 1,
    num_requests_running: running,
    num_requests_waiting: waiting,
    kv_cache_usage_perc: kv,
    num_preemptions_total: at / 10,
  },
});

const WORLD: World = {
  version: parseVersion("0.16.0") ?? assert.fail(),
  namespace: "llm",
  workload: "chat",
  model: "m",
  now: 120,
  replicas: 3,
  ready: 2,
  scrapes: [
    [scrape("a", 60, 10, 0, 0.4), scrape("a", 90, 20, 4, 0.5), scrape("a", 120, 30, 8, 0.6)],
    [scrape("b", 90, 5, 0, 0.1), scrape("b", 120, 10, 4, 0.2)],
  ],
};

describe("queries in the simulated Prometheus", () => {
  const rows: readonly (readonly [string, ReturnType<typeof answer>])[] = [
    ["sum(vllm:num_requests_waiting)", 12],
    ["avg(vllm:kv_cache_usage_perc)", 0.4],
    ["max(vllm:num_requests_running)", 30],
    ["vllm:num_requests_waiting", "several"],
    ["sum by (pod) (vllm:num_requests_waiting)", "several"],
    ["sum by (model_name) (vllm:num_requests_waiting)", 12],
    ["sum(vllm:num_requests_running) + sum(vllm:num_requests_waiting)", 52],
    ['sum(vllm:num_requests_waiting) / count(kube_deployment_status_replicas_ready{deployment="chat"})', 12],
    ['sum(vllm:num_requests_waiting) / sum(kube_deployment_status_replicas{deployment="chat"})', 4],
    ["sum(vllm:num_requests_waiting) / count(vllm:num_requests_waiting)", 6],
    ["count(up)", 2],
    ["avg(vllm:gpu_cache_usage_perc)", "empty"],
    ["avg(vllm:gpu_cache_usage_perc) or vector(0)", 0],
    ['sum(vllm:num_requests_waiting{namespace="llm",model_name=~"m|n"})', 12],
    ['sum(vllm:num_requests_waiting{namespace="other"})', "empty"],
    ['sum(vllm:num_requests_waiting{pod=~"chat-.*"})', 12],
    ["sum(vllm:num_requests_waiting) > 100", "empty"],
    ["sum(vllm:num_requests_waiting) > bool 10", 1],
    ["ceil(avg(vllm:num_requests_waiting) * 1.1)", 7],
    ["clamp_max(sum(vllm:num_requests_waiting), 5)", 5],
    ["sum(max_over_time(vllm:num_requests_running[5m]))", 40],
    ["sum(rate(vllm:num_preemptions_total[5m]))", 0.2],
    ["scalar(sum(vllm:num_requests_waiting)) * 2", 24],
    ["histogram_quantile(0.9, sum(rate(vllm:time_to_first_token_seconds_bucket[5m])) by (le))", undefined],
    ["sum(some_other_metric)", undefined],
  ];
  for (const [query, want] of rows)
    it(query, () => {
      const got = answer(parseQuery(query).root, WORLD);
      if (typeof want === "number" && typeof got === "number")
        assert.ok(Math.abs(got - want) < 1e-9, `${got}`);
      else assert.equal(got, want);
    });

  it("gives a Pods metric by pod, and nothing for those that load", () => {
    assert.deepEqual(podValues("vllm:num_requests_running", WORLD), [30, 10, undefined]);
    assert.equal(podValues("vllm:nothing", WORLD), undefined);
  });

  it("never throws", () => {
    const parts = fc.constantFrom(
      "sum(",
      ")",
      "vllm:num_requests_waiting",
      '{a=~"(x+)+"}',
      "/",
      "avg by (pod) (",
      "[5m]",
      "rate(",
      "or",
      "1",
      ",",
    );
    fc.assert(
      fc.property(
        fc.array(parts, { maxLength: 12 }),
        (words) => void answer(parseQuery(words.join(" ")).root, WORLD),
      ),
    );
  });
});
