import { DEFAULT_SETTINGS } from "../../src/features/settings/settings";
import type { FileEdit } from "../../src/features/findings/fixes";
import { TextIndex, type Position, type Range } from "../../src/base/text";
import { createService, type Service } from "../../src/service";

/** A service in which a rule that throws is a failure of the test. */
export function newService(): Service {
  return createService({
    settings: () => DEFAULT_SETTINGS,
    today: () => "2026-01-01",
    ruleFailed: (rule, error) => {
      throw new Error(`rule ${rule} failed`, { cause: error });
    },
  });
}

export const PATH = "/work/manifests/model.yaml";

/** A person asks about the finding at the cursor, not about thousands: more would only measure the loop here. */
const ASKED_ABOUT = 300;

/** Puts every question there is about a file; throws when one throws, or when an answer is not within the text. */
export function interrogate(text: string, service = newService()): Service {
  service.setFile(PATH, text);
  const index = new TextIndex(text);
  const within = (range: Range, what: string): void => assertWithin(range, index, what);
  const own = (edits: readonly FileEdit[], what: string): void => {
    for (const edit of edits) if (edit.path === PATH) within(edit.range, what);
  };
  service.status(PATH);
  service.concernsVllm(PATH);
  for (const { rule, range, related } of service.diagnostics(PATH).slice(0, ASKED_ABOUT)) {
    within(range, rule);
    for (const place of related) if (place.path === PATH) within(place.range, `${rule}: related`);
    own(service.suppress(PATH, rule, range, "line"), `${rule}: suppression`);
    service.hover(PATH, range.start);
  }
  for (const { rule, edits } of service.fixes(PATH)) own(edits, `${rule}: fix`);
  own(service.fixAll(PATH), "fix all");
  const lenses = service.lenses(PATH);
  for (const { range } of lenses) within(range, "lens");
  for (const { range } of lenses.slice(0, ASKED_ABOUT)) service.hover(PATH, range.start);
  service.sizes(PATH);
  return service;
}

function assertWithin({ start, end }: Range, index: TextIndex, what: string): void {
  const inText = (at: Position): boolean =>
    at.line >= 0 &&
    at.line < index.lineCount &&
    at.character >= 0 &&
    at.character <= index.lineText(at.line).length;
  const inOrder = start.line < end.line || (start.line === end.line && start.character <= end.character);
  if (!inText(start) || !inText(end) || !inOrder) {
    throw new Error(`${what}: ${JSON.stringify({ start, end })} is not within the text`);
  }
}

/** A server with its Service and scaler: enough for most rules to have something to say. */
export const MANIFEST = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: chat
spec:
  replicas: 2
  selector:
    matchLabels: {app: chat}
  template:
    metadata:
      labels: {app: chat}
    spec:
      nodeSelector:
        nvidia.com/gpu.product: NVIDIA-L4
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.11.0
          command: ["/bin/sh", "-c"]
          args:
            - |
              export TP=2
              exec vllm serve meta-llama/Llama-3.1-70B-Instruct \\
                --tensor-parallel-size $TP --max-model-len 32k \\
                --gpu-memory-utilization 0.98
          env: [{name: VLLM_PORT, value: "8000"}]
          livenessProbe:
            httpGet: {path: /health, port: 8000}
            initialDelaySeconds: 10
          resources:
            limits:
              nvidia.com/gpu: 1
        - name: second
          image: vllm/vllm-openai:latest
          args: [--model, Qwen/Qwen2.5-7B-Instruct, "--max-model-len=8192", --device=cpu]
          resources: {limits: {nvidia.com/gpu: "1"}}
---
apiVersion: v1
kind: Service
metadata:
  name: vllm
spec:
  selector: {app: chat}
  ports: [{port: 8000}]
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: chat
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: chat}
  maxReplicas: 4
  metrics:
    - type: Resource
      resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  name: chat
spec:
  scaleTargetRef: {name: chat}
  cooldownPeriod: 30
  triggers:
    - type: prometheus
      metadata:
        query: avg(vllm:gpu_cache_usage_perc{job="chat"})
        threshold: "0.8"
`;
