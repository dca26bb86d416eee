import assert from "node:assert/strict";
import { serviceWith } from "../service";

const TRIGGER = (indent: string): string =>
  [
    "- type: prometheus",
    "  metadata:",
    "    serverAddress: http://prometheus-operated.monitoring.svc:9090",
    '    query: sum(vllm:num_requests_waiting{model_name="llama"})',
    '    threshold: "10"',
  ]
    .map((line) => `${indent}${line}\n`)
    .join("");

const VALUES = `servingEngineSpec:
  modelSpec:
  - name: llama
    repository: vllm/vllm-openai
    tag: v0.11.0
    modelURL: meta-llama/Llama-3.1-8B-Instruct
    requestGPU: 1
    requestGPUType: nvidia.com/gpu
    keda:
      enabled: true
      minReplicaCount: 1
      maxReplicaCount: 4
      triggers:
${TRIGGER("      ")}`;

const RELEASE = `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: stack
spec:
  values:
${VALUES.replace(/^(?=.)/gm, "    ")}`;

const KSERVE = `apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata:
  name: llama
  annotations:
    serving.kserve.io/autoscalerClass: keda
spec:
  predictor:
    minReplicas: 1
    maxReplicas: 4
    autoScaling:
      metrics:
      - type: External
        external:
          metric:
            backend: prometheus
            serverAddress: http://prometheus-operated.monitoring.svc:9090
            query: sum(vllm:num_requests_waiting{model_name="llama"})
          target:
            type: Value
            value: "10"
    model:
      modelFormat:
        name: vLLM
`;

const LLM = `apiVersion: serving.kserve.io/v1alpha2
kind: LLMInferenceService
metadata:
  name: llama
spec:
  model:
    uri: hf://meta-llama/Llama-3.1-8B-Instruct
    name: llama
  scaling:
    minReplicas: 1
    maxReplicas: 4
    keda:
      triggers:
${TRIGGER("      ")}`;

const FORMS = { values: VALUES, "a Flux release": RELEASE, KServe: KSERVE, "KServe's LLM service": LLM };

describe("triggers that a chart or an operator hands to KEDA", () => {
  for (const [name, text] of Object.entries(FORMS)) {
    it(`have their line and card in ${name}`, () => {
      const service = serviceWith({ "k/a.yaml": text });
      const [lens, ...more] = service.scaling("k/a.yaml").lenses();
      assert.equal(lens?.title, "desired = ceil(total of waiting / 10): 2 replicas at 11 waiting, 4 from 31");
      assert.deepEqual(more, []);
      const line = text.split("\n").findIndex((each) => each.includes('"10"'));
      const character = (text.split("\n")[line] ?? "").indexOf('"10"') + 1;
      const hover = service.hover("k/a.yaml", { line, character });
      assert.match(
        hover?.markdown ?? "",
        /\*\*Desired replicas\*\* = `ceil\(total \/ 10\)`, between 1 and 4/,
      );
    });
  }

  it("are none while the chart has them switched off, or another class scales", () => {
    const off = VALUES.replace("enabled: true", "enabled: false");
    assert.deepEqual(serviceWith({ "k/a.yaml": off }).scaling("k/a.yaml").lenses(), []);
    const hpa = KSERVE.replace("Class: keda", "Class: hpa");
    assert.deepEqual(serviceWith({ "k/a.yaml": hpa }).scaling("k/a.yaml").lenses(), []);
  });

  it("are simulated with the server they stand in", () => {
    const answer = serviceWith(
      { "k/values.yaml": VALUES },
      { assume: { gpu: "A100-80GB", vllmVersion: undefined } },
    )
      .scaling("k/values.yaml")
      .simulate({ profile: "step", seconds: 600 });
    assert.ok(!("problem" in answer), "problem" in answer ? answer.problem : "");
    assert.equal(answer.title, "ScaledObject llama");
  });
});

const SCALER = (kind: "hpa" | "keda", name: string): string =>
  kind === "keda"
    ? `apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: ${name}, namespace: llm}
spec:
  scaleTargetRef: {name: vllm}
  minReplicaCount: 1
  maxReplicaCount: 4
  triggers:
${TRIGGER("  ")}`
    : `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: ${name}, namespace: llm}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: vllm}
  maxReplicas: 4
  metrics:
  - type: Pods
    pods: {metric: {name: vllm_num_requests_waiting}, target: {type: AverageValue, averageValue: "5"}}
`;

describe("two autoscalers of one workload", () => {
  const severities = (files: Readonly<Record<string, string>>): readonly string[] => {
    const service = serviceWith(files);
    return Object.keys(files)
      .flatMap((path) => service.diagnostics(path))
      .filter(({ rule }) => rule === "autoscaling/two-autoscalers")
      .map(({ severity }) => severity);
  };

  it("are an error in one file, and in two that a kustomization lists a warning", () => {
    assert.deepEqual(severities({ "k/a.yaml": `${SCALER("keda", "a")}---\n${SCALER("hpa", "b")}` }), [
      "error",
    ]);
    const files = { "k/a.yaml": SCALER("keda", "a"), "k/b.yaml": SCALER("hpa", "b") };
    assert.deepEqual(severities(files), ["info"]);
    const kustomization =
      "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [a.yaml, b.yaml]\n";
    assert.deepEqual(severities({ ...files, "k/kustomization.yaml": kustomization }), ["warning"]);
    assert.deepEqual(severities({ "k/a.yaml": SCALER("keda", "a"), "k/b.yaml": SCALER("keda", "b") }), []);
  });
});
