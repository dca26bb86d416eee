import { deployment, scripted, type Size } from "./servers";

/** Manifests of a made-up team that serves models, in the shapes and proportions one finds in practice. Written here, copied from nowhere. */

const SIZES: readonly Size[] = [
  { model: "Qwen/Qwen2.5-7B-Instruct", gpus: 1, gpu: "NVIDIA-L4", length: 8192 },
  { model: "meta-llama/Llama-3.1-8B-Instruct", gpus: 1, gpu: "NVIDIA-A10G", length: 16384 },
  { model: "mistralai/Mistral-7B-Instruct-v0.3", gpus: 1, gpu: "NVIDIA-A100-SXM4-40GB", length: 32768 },
  { model: "meta-llama/Llama-3.1-70B-Instruct", gpus: 4, gpu: "NVIDIA-H100-80GB-HBM3", length: 8192 },
];

const KINDS = [deployment, scripted, service, scaledObject, configMap, claim] as const;

/** Some 100 documents of some 67 lines each, servers and what belongs to them in turn. */
export function largeFile(documents = 100): string {
  return Array.from({ length: documents }, (_, i) => document(i)).join("---\n");
}

function document(i: number): string {
  const make = KINDS[i % KINDS.length] ?? deployment;
  return make(
    `model-${Math.floor(i / KINDS.length)}`,
    SIZES[Math.floor(i / KINDS.length) % SIZES.length] ?? fallback,
  );
}

const fallback: Size = { model: "Qwen/Qwen2.5-7B-Instruct", gpus: 1, gpu: "NVIDIA-L4", length: 8192 };

/** One server in some 70 lines. */
export function smallFile(): string {
  return deployment("chat", fallback);
}

/** As long as `lines`, and nothing in it that concerns us. */
export function unrelatedFile(lines = 2000): string {
  const one = shop("cart");
  const documents = Math.ceil(lines / one.split("\n").length);
  return Array.from({ length: documents }, (_, i) => shop(`shop-${i}`)).join("---\n");
}

function service(name: string): string {
  const ports = ["http", "metrics", "grpc"].map(
    (port, i) => `    - name: ${port}
      protocol: TCP
      port: ${8000 + i}
      targetPort: ${port}
`,
  );
  return `apiVersion: v1
kind: Service
metadata:
  name: ${name}
  namespace: models
  labels:
    app.kubernetes.io/name: ${name}
${annotations("service.example.com", 36)}spec:
  type: ClusterIP
  selector:
    app.kubernetes.io/name: ${name}
  ports:
${ports.join("")}`;
}

function scaledObject(name: string): string {
  return `apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  name: ${name}
  namespace: models
${annotations("scaling.example.com", 24)}spec:
  scaleTargetRef:
    kind: Deployment
    name: ${name}
  minReplicaCount: 1
  maxReplicaCount: 8
  pollingInterval: 15
  cooldownPeriod: 300
  advanced:
    horizontalPodAutoscalerConfig:
      behavior:
        scaleDown:
          stabilizationWindowSeconds: 300
          policies:
            - type: Pods
              value: 1
              periodSeconds: 60
  triggers:
    - type: prometheus
      metadata:
        serverAddress: http://prometheus.monitoring:9090
        query: sum(vllm:num_requests_waiting{namespace="models",service="${name}"})
        threshold: "4"
    - type: prometheus
      metadata:
        serverAddress: http://prometheus.monitoring:9090
        query: avg(vllm:kv_cache_usage_perc{namespace="models",service="${name}"})
        threshold: "0.8"
      metricType: Value
`;
}

function configMap(name: string): string {
  const lines = Array.from(
    { length: 48 },
    (_, i) => `    line ${i + 1}: answer briefly, name your sources, and never guess.\n`,
  );
  return `apiVersion: v1
kind: ConfigMap
metadata:
  name: ${name}-settings
  namespace: models
data:
  WARMUP: "1"
  VLLM_ATTENTION_BACKEND: FLASHINFER
  system-prompt.txt: |
${lines.join("")}`;
}

function claim(name: string): string {
  return `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: ${name}-cache
  namespace: models
${annotations("storage.example.com", 42)}spec:
  accessModes: [ReadWriteMany]
  storageClassName: shared-files
  resources:
    requests:
      storage: 200Gi
`;
}

function annotations(domain: string, count: number): string {
  const keys = ["owner", "contact", "tier", "cost-centre", "review", "runbook"];
  const lines = Array.from(
    { length: count },
    (_, i) => `    ${domain}/${keys[i % keys.length]}-${i}: "value ${i} of a rather usual length"\n`,
  );
  return `  annotations:\n${lines.join("")}`;
}

function shop(name: string): string {
  return deployment(name, fallback)
    .replaceAll("vllm/vllm-openai:v0.11.0", "registry.example.com/shop/cart:v4.2.0")
    .replace(/ {10}args:\n(?: {12}- .*\n)+/, "          args: [serve, --port=8000, --log-level=info]\n")
    .replaceAll("VLLM_LOGGING_LEVEL", "LOGGING_LEVEL");
}
