import assert from "node:assert/strict";
import { scalerOf } from "../../src/kubernetes/scalers";
import type { Scaler } from "../../src/kubernetes/model";
import { firstObject } from "./support";

function scaler(text: string): Scaler {
  const found = scalerOf(firstObject(text));
  assert.ok(found);
  return found;
}

function signals(text: string): string[] {
  return scaler(text).signals.map((signal) =>
    [signal.type, signal.metric?.text, signal.metricType, signal.threshold?.text, signal.query?.text]
      .map((part) => part ?? "-")
      .join(" | "),
  );
}

function hpa(metrics: string, version = "v2"): string {
  return `
apiVersion: autoscaling/${version}
kind: HorizontalPodAutoscaler
metadata: { name: h }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: vllm }
  minReplicas: 1
  maxReplicas: 4
  ${metrics}
`;
}

function scaledObject(triggers: string, more = ""): string {
  return `
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: s }
spec:
  scaleTargetRef: { name: vllm }
  ${more}
  triggers: ${triggers}
`;
}

describe("HorizontalPodAutoscaler", () => {
  it("has a target and bounds", () => {
    const { type, target, minReplicas, maxReplicas } = scaler(hpa(""));
    assert.deepEqual([type, target?.kind, target?.name, target?.group, minReplicas, maxReplicas], [
      "hpa", "Deployment", "vllm", "apps", 1, 4,
    ]); // prettier-ignore
  });

  for (const [metrics, expected, version] of [
    [
      "metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 70 } } }]",
      "cpu | - | Utilization | 70 | -",
      "v2",
    ],
    [
      "metrics: [{ type: ContainerResource, containerResource: { name: memory, container: c, target: { type: AverageValue, averageValue: 1Gi } } }]",
      "memory | - | AverageValue | 1Gi | -",
      "v2",
    ],
    [
      "metrics: [{ type: Pods, pods: { metric: { name: vllm_num_requests_waiting }, target: { type: AverageValue, averageValue: 5 } } }]",
      "pods | vllm_num_requests_waiting | AverageValue | 5 | -",
      "v2",
    ],
    [
      "metrics: [{ type: External, external: { metric: { name: q }, target: { type: Value, value: 10 } } }]",
      "external | q | Value | 10 | -",
      "v2",
    ],
    [
      "metrics: [{ type: Object, object: { describedObject: {}, metric: { name: o }, target: { type: Value, averageValue: 3 } } }]",
      "object | o | Value | 3 | -",
      "v2",
    ],
    [
      "metrics: [{ type: Resource, resource: { name: cpu, targetAverageUtilization: 60 } }]",
      "cpu | - | Utilization | 60 | -",
      "v2beta1",
    ],
    [
      "metrics: [{ type: Pods, pods: { metricName: p, targetAverageValue: 2 } }]",
      "pods | p | AverageValue | 2 | -",
      "v2beta1",
    ],
    ["targetCPUUtilizationPercentage: 80", "cpu | - | Utilization | 80 | -", "v1"],
    [
      'metrics: [{ type: Pods, pods: { metric: { name: p }, target: { type: "{{ .t }}", averageValue: 2 } } }]',
      "pods | p | - | 2 | -",
      "v2",
    ],
    ["metrics: [{ type: Pods }]", "pods | - | - | - | -", "v2"],
  ] as const) {
    // prettier-ignore
    it(`reads ${metrics}`, () => assert.deepEqual(signals(hpa(metrics, version)), [expected]));
  }
});

describe("ScaledObject", () => {
  it("has a target and bounds as written", () => {
    const { type, target, minReplicas, maxReplicas } = scaler(scaledObject("[]", "maxReplicaCount: 8"));
    assert.deepEqual(
      [type, target?.kind, target?.name, target?.group],
      ["keda", "Deployment", "vllm", undefined],
    );
    assert.deepEqual([minReplicas, maxReplicas], [undefined, 8]);
  });

  for (const [trigger, expected] of [
    [
      '{ type: prometheus, metadata: { query: "sum(x)", threshold: "5", metricName: m } }',
      "prometheus | m | AverageValue | 5 | sum(x)",
    ],
    [
      '{ type: prometheus, metricType: Value, metadata: { query: "sum(x)", threshold: "5" } }',
      "prometheus | - | Value | 5 | sum(x)",
    ],
    ['{ type: prometheus, metricType: "{{ .m }}", metadata: { query: q } }', "prometheus | - | - | - | q"],
    ['{ type: cpu, metricType: Utilization, metadata: { value: "60" } }', "cpu | - | Utilization | 60 | -"],
    ['{ type: cpu, metadata: { type: Utilization, value: "60" } }', "cpu | - | Utilization | 60 | -"],
    ['{ type: cpu, metadata: { value: "60" } }', "cpu | - | - | 60 | -"],
    ['{ type: metrics-api, metadata: { targetValue: "9" } }', "metrics-api | - | AverageValue | 9 | -"],
  ] as const) {
    it(`reads ${trigger}`, () => assert.deepEqual(signals(scaledObject(`[${trigger}]`)), [expected]));
  }

  it("has no target when it starts jobs", () => {
    const { target, signals } = scaler(`
apiVersion: keda.sh/v1alpha1
kind: ScaledJob
spec: { jobTargetRef: {}, triggers: [{ type: cron, metadata: {} }] }
`);
    assert.equal(target, undefined);
    assert.equal(signals.length, 1);
  });

  it("has no target that is not known", () => {
    assert.equal(scaler(scaledObject("[]").replace("name: vllm", 'name: "{{ .n }}"')).target, undefined);
  });
});

it("nothing else is a scaler", () => {
  assert.equal(
    scalerOf(firstObject("apiVersion: autoscaling.aibrix.ai/v1alpha1\nkind: PodAutoscaler\nspec: {}\n")),
    undefined,
  );
  assert.equal(scalerOf(firstObject("apiVersion: apps/v1\nkind: Deployment\nspec: {}\n")), undefined);
});
