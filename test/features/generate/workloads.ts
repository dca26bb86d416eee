import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { GeneratedKind, Service } from "../../../src/service";
import { serviceWith } from "../../service";

/** A workload without its autoscaler, with the Service that a ServiceMonitor needs. */
export const DEPLOYMENT = readFileSync("examples/good/llama-8b.yaml", "utf8").replace(
  /\n---\napiVersion: keda[^]*$/,
  "\n",
);

export const SERVICE = `apiVersion: v1
kind: Service
metadata:
  name: llama-8b
  namespace: llm-inference
  labels:
    app: llama-8b
spec:
  selector:
    app: llama-8b
  ports:
  - name: http
    port: 80
    targetPort: http
`;

export const INFERENCE_SERVICE = `apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata:
  name: llama
  namespace: llm-inference
spec:
  predictor:
    # Two for the night.
    minReplicas: 2
    model:
      modelFormat:
        name: vLLM
      args:
      - --served-model-name=meta-llama/Llama-3.1-8B-Instruct
      - --max-num-seqs=64
      storageUri: hf://meta-llama/Llama-3.1-8B-Instruct
      resources:
        limits:
          nvidia.com/gpu: "1"
`;

export const LLM_INFERENCE_SERVICE = `apiVersion: serving.kserve.io/v1alpha2
kind: LLMInferenceService
metadata:
  name: llama
  namespace: llm-inference
spec:
  replicas: 2
  model:
    uri: hf://meta-llama/Llama-3.1-8B-Instruct
    name: meta-llama/Llama-3.1-8B-Instruct
  template:
    containers:
    - name: main
      resources:
        limits:
          nvidia.com/gpu: "1"
`;

export const STACK_VALUES = `servingEngineSpec:
  serviceMonitor:
    enabled: true
  modelSpec:
  - name: small
    repository: vllm/vllm-openai
    tag: v0.11.0
    modelURL: Qwen/Qwen3-0.6B
    replicaCount: 1
    requestGPU: 1
  - name: llama
    repository: vllm/vllm-openai
    tag: v0.11.0
    modelURL: meta-llama/Llama-3.1-8B-Instruct
    replicaCount: 2
    requestGPU: 1
    vllmConfig:
      maxNumSeqs: 64
`;

/** Each kind that can be generated, with what it is generated for. */
export const CASES: readonly {
  readonly name: string;
  readonly kind: GeneratedKind;
  readonly workload: string;
  readonly server: number;
}[] = [
  ...(["scaled-object", "hpa", "prometheus-rule", "pod-monitor", "service-monitor"] as const).map((kind) => ({
    name: kind,
    kind,
    workload: `${DEPLOYMENT}---\n${SERVICE}`,
    server: 0,
  })),
  { name: "kserve", kind: "kserve", workload: INFERENCE_SERVICE, server: 0 },
  { name: "kserve for an LLM service", kind: "kserve", workload: LLM_INFERENCE_SERVICE, server: 0 },
  { name: "production-stack", kind: "production-stack", workload: STACK_VALUES, server: 1 },
];

export function made(kind: GeneratedKind, workload: string, server?: number): string {
  const result = serviceWith({ "k/server.yaml": workload }).scaling("k/server.yaml").generate(kind, server);
  assert.ok(!("problem" in result), "problem" in result ? result.problem : "");
  return result.yaml;
}

/** The address of Prometheus is nowhere in the workload: the placeholder is there to be filled in. */
export function filled(yaml: string): string {
  return yaml.replaceAll(
    "http://<prometheus-service>.<namespace>.svc:9090",
    "http://prometheus.monitoring.svc:9090",
  );
}

/** What is found in files, as `rule: message`. */
export function findings(service: Service, paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) => service.diagnostics(path).map(({ rule, message }) => `${rule}: ${message}`));
}
