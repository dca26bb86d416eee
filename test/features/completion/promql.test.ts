import assert from "node:assert/strict";
import { complete } from "./support";

const SERVER = `apiVersion: apps/v1
kind: Deployment
metadata: {name: vllm, namespace: llm}
spec:
  selector: {matchLabels: {app: vllm}}
  template:
    metadata: {labels: {app: vllm}}
    spec:
      containers:
      - name: vllm
        image: vllm/vllm-openai:v0.13.0
        args: [--model, Qwen/Qwen3-8B, --served-model-name, qwen]
---
`;

function trigger(query: string): string {
  return `${SERVER}apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: vllm, namespace: llm}
spec:
  scaleTargetRef: {name: vllm}
  triggers:
  - type: prometheus
    metadata:
      serverAddress: http://prometheus.monitoring.svc:9090
      query: ${query}
      threshold: "5"
`;
}

function alert(expr: string): string {
  return `apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: vllm}
spec:
  groups:
  - name: vllm
    rules:
    - alert: A
      expr: ${expr}
`;
}

describe("completion in queries", () => {
  it("names the metrics that the servers' version exports", () => {
    const { labels } = complete(trigger("sum(vllm:kv¦)"));
    assert.ok(labels.includes("vllm:kv_cache_usage_perc"));
    assert.ok(labels.includes("vllm:time_to_first_token_seconds_bucket"));
    assert.ok(!labels.includes("vllm:gpu_cache_usage_perc"), "removed in 0.12.0");
    assert.ok(!labels.includes("vllm:kv_offload_load_bytes_total"), "comes in 0.24.0");
  });

  it("offers functions first where a query begins, and puts the cursor between the parentheses", () => {
    const asked = complete(trigger("su¦"));
    assert.ok(asked.labels.indexOf("sum") < asked.labels.indexOf("vllm:num_requests_waiting"));
    assert.match(asked.accept("sum"), /query: sum\(\)\n/);
  });

  it("names labels, and the model and namespace in view as their values", () => {
    const asked = complete(trigger("sum(vllm:num_requests_waiting{¦})"));
    assert.deepEqual(asked.labels.slice(0, 3), ["model_name", "engine", "namespace"]);
    assert.match(asked.accept("model_name"), /\{model_name=""\}/);
    assert.deepEqual(complete(trigger(`'sum(vllm:a{model_name="¦"})'`)).labels, ["qwen"]);
    assert.deepEqual(complete(trigger(`'sum(vllm:a{namespace="¦"})'`)).labels, ["llm"]);
  });

  it("escapes in double quotes", () => {
    const asked = complete(trigger('"sum(vllm:num_requests_waiting{¦})"'));
    assert.match(asked.accept("engine"), /query: "sum\(vllm:num_requests_waiting\{engine=\\"\\"\}\)"/);
  });

  it("knows the buckets of a histogram, and lists of labels", () => {
    const { labels } = complete(alert("sum by (¦) (rate(vllm:time_to_first_token_seconds_bucket[5m]))"));
    assert.ok(labels.includes("le") && labels.includes("model_name"));
  });

  it("works in block scalars, also in files inside of them", () => {
    const block = complete(alert("|\n        max(\n          vllm:num_pre¦\n        ) > 1"));
    assert.match(block.accept("vllm:num_preemptions_total"), /\n {10}vllm:num_preemptions_total\n/);
    const file = `apiVersion: v1
kind: ConfigMap
metadata: {name: rules}
data:
  rules.yml: |
    groups:
    - name: vllm
      rules:
      - alert: A
        expr: max(vllm:num_pre¦) > 1
`;
    assert.match(
      complete(file).accept("vllm:num_preemptions_total"),
      /expr: max\(vllm:num_preemptions_total\) > 1\n/,
    );
  });

  it("keeps out of queries that are not PromQL's", () => {
    const other = "# vllm\nkind: Thing\nmetadata: {name: a}\nspec:\n  query: sel¦\n";
    assert.ok(!complete(other).labels.includes("sum"));
  });
});
