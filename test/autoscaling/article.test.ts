import assert from "node:assert/strict";
import { applyFileEdits } from "../apply";
import { serviceWith as serviceOf } from "../service";

/** The ScaledObject of a much-read article on vLLM autoscaling, as printed there. */
const ARTICLE = `apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  name: vllm-scaler
  namespace: llm-inference
spec:
  scaleTargetRef:
    name: vllm-inference
  minReplicaCount: 1
  maxReplicaCount: 8
  cooldownPeriod: 300
  triggers:
  - type: prometheus
    metadata:
      serverAddress: http://prometheus:9090
      metricName: vllm_queue_depth
      threshold: "10"
      query: |
        sum(vllm:num_requests_waiting) /
        count(kube_deployment_status_replicas_ready{deployment="vllm-inference"})
  - type: prometheus
    metadata:
      serverAddress: http://prometheus:9090
      metricName: vllm_kv_cache
      threshold: "0.8"
      query: avg(vllm:gpu_cache_usage_perc)
`;

const FIXED: readonly string[] = [
  "metrics/removed-name",
  "autoscaling/ratio-averagevalue",
  "autoscaling/no-model-selector",
  "autoscaling/count-of-gauge",
  "autoscaling/trigger-param-unknown",
  "autoscaling/missing-reads-as-zero",
  "autoscaling/cooldown-inert",
  "autoscaling/unpaced-behavior",
];

const serviceWith = (text: string) => serviceOf({ "article.yaml": text });

describe("the article's ScaledObject", () => {
  it("shows what is wrong with it", () => {
    const found = serviceWith(ARTICLE)
      .diagnostics("article.yaml")
      .map(({ rule, severity, range }) => `${range.start.line + 1} ${severity} ${rule}`);
    for (const expected of [
      "11 warning autoscaling/cooldown-inert",
      "15 warning autoscaling/server-address-unqualified",
      "16 warning autoscaling/trigger-param-unknown",
      "18 warning autoscaling/missing-reads-as-zero",
      "19 warning autoscaling/no-model-selector",
      "20 warning autoscaling/count-of-gauge",
      "23 warning autoscaling/server-address-unqualified",
      "24 warning autoscaling/trigger-param-unknown",
      "26 error autoscaling/ratio-averagevalue",
      "26 warning autoscaling/no-model-selector",
      "26 info metrics/removed-name",
    ])
      assert.ok(found.includes(expected), expected);
  });

  it("is put right by the first fixes", () => {
    let text = ARTICLE;
    for (const rule of FIXED) {
      text = applyFileEdits(text, serviceWith(text).fixAll("article.yaml", rule));
    }
    assert.match(text, /query: \|\n {8}sum\(vllm:num_requests_waiting\{namespace="llm-inference"\}\)\n/);
    assert.match(text, /query: sum\(vllm:kv_cache_usage_perc\{namespace="llm-inference"\}\)\n/);
    const left = new Set(
      serviceWith(text)
        .diagnostics("article.yaml")
        .map(({ rule }) => rule),
    );
    assert.deepEqual([...left], ["autoscaling/server-address-unqualified"]);
  });
});
