import assert from "node:assert/strict";
import { complete } from "./support";

const pod = (body: string, container: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: chat}
spec:
  selector: {matchLabels: {app: chat}}
  template:
    metadata: {labels: {app: chat}}
    spec:
${body}
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.11.0
          args: [--model=Qwen/Qwen3-0.6B, --port=9000, --tensor-parallel-size=2]
          ports:
            - {name: http, containerPort: 9000}
${container}
`;

const inContainer = (text: string): string => pod("      restartPolicy: Always", text);

describe("completion in a pod", () => {
  it("names GPU resources, with the count that the server needs", () => {
    const first = complete(inContainer("          resources:\n            limits:\n              ¦"));
    assert.equal(first.labels[0], "nvidia.com/gpu");
    assert.match(first.accept("nvidia.com/gpu"), /limits:\n {14}nvidia\.com\/gpu: 2\n/);
    const second = complete(
      inContainer("          resources:\n            limits:\n              memory: 8Gi\n              nv¦"),
    );
    assert.match(second.accept("nvidia.com/mig-3g.40gb"), /\n {14}nvidia\.com\/mig-3g\.40gb: 2\n/);
    assert.match(
      complete(inContainer("          resources: {limits: {¦}}")).accept("amd.com/gpu"),
      /limits: \{amd\.com\/gpu: 2\}\}/,
    );
  });

  it("names node labels and their values", () => {
    assert.ok(
      complete(pod("      nodeSelector:\n        ¦", "")).labels.includes("cloud.google.com/gke-accelerator"),
    );
    assert.ok(
      complete(pod("      nodeSelector:\n        nvidia.com/gpu.product: ¦", "")).labels.includes(
        "NVIDIA-L4",
      ),
    );
    assert.ok(
      complete(pod("      nodeSelector: {cloud.google.com/gke-accelerator: ¦}", "")).labels.includes(
        "nvidia-l4",
      ),
    );
    const spot = complete(pod("      nodeSelector:\n        cloud.google.com/gke-spot: ¦", ""));
    assert.match(spot.accept("true"), /gke-spot: "true"\n/);
  });

  it("names values of node affinity", () => {
    const asked = complete(
      pod(
        `      affinity:
        nodeAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            nodeSelectorTerms:
              - matchExpressions:
                  - key: nvidia.com/gpu.product
                    operator: In
                    values: [¦]`,
        "",
      ),
    );
    assert.ok(asked.labels.includes("NVIDIA-L4"));
  });

  it("names paths and ports of probes", () => {
    const path = complete(
      inContainer("          readinessProbe:\n            httpGet:\n              path: ¦"),
    );
    assert.equal(path.labels[0], "/health");
    const port = complete(
      inContainer("          readinessProbe:\n            httpGet: {path: /health, port: ¦}"),
    );
    assert.deepEqual(port.labels, ["9000", "http"]);
    assert.match(port.accept("9000"), /port: 9000\}/);
  });

  it("names variables and their values", () => {
    const name = complete(inContainer("          env:\n            - name: VLLM_LOG¦"));
    assert.match(name.accept("VLLM_LOGGING_LEVEL"), /- name: VLLM_LOGGING_LEVEL\n/);
    const value = complete(
      inContainer("          env:\n            - name: HF_HUB_OFFLINE\n              value: ¦"),
    );
    assert.match(value.accept("1"), /value: "1"\n/);
  });

  it("names volumes of the pod in a mount", () => {
    const asked = complete(
      pod("      volumes: [{name: cache, emptyDir: {}}]", "          volumeMounts:\n            - name: ¦"),
    );
    assert.deepEqual(asked.labels, ["cache"]);
  });
});

describe("completion across objects", () => {
  const others = {
    "/work/models/others.yaml": `apiVersion: v1
kind: Secret
metadata: {name: hub}
stringData: {token: x}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {level: INFO}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: models}
---
apiVersion: v1
kind: Secret
metadata: {name: elsewhere, namespace: other}
`,
    "/work/models/server.other.yaml": inContainer(""),
  };

  it("names Secrets, ConfigMaps and claims of the namespace, and their keys", () => {
    const env = (ref: string): string =>
      inContainer(`          env:\n            - name: X\n              valueFrom:\n                ${ref}`);
    assert.deepEqual(complete(env("secretKeyRef: {name: ¦}"), others).labels, ["hub"]);
    assert.deepEqual(complete(env("secretKeyRef: {name: hub, key: ¦}"), others).labels, ["token"]);
    assert.deepEqual(complete(env("configMapKeyRef: {name: settings, key: ¦}"), others).labels, ["level"]);
    const claim = pod(
      "      volumes:\n        - name: m\n          persistentVolumeClaim:\n            claimName: ¦",
      "",
    );
    assert.deepEqual(complete(claim, others).labels, ["models"]);
  });

  it("names ports and labels of the pods a Service selects", () => {
    const service = (spec: string): string =>
      `apiVersion: v1\nkind: Service\nmetadata: {name: vllm-chat}\nspec:\n${spec}\n`;
    assert.match(complete(service("  selector:\n    ¦"), others).accept("app"), /selector:\n {4}app: chat\n/);
    assert.deepEqual(
      complete(service("  selector: {app: chat}\n  ports:\n    - port: 80\n      targetPort: ¦"), others)
        .labels,
      ["http", "9000"],
    );
  });

  it("names the workload of a scaler, and KEDA's keys", () => {
    const scaled = (spec: string): string =>
      `apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {name: vllm}\nspec:\n${spec}\n`;
    assert.deepEqual(complete(scaled("  scaleTargetRef:\n    name: ¦"), others).labels, ["chat"]);
    const keys = complete(
      scaled("  triggers:\n    - type: prometheus\n      metadata:\n        query: x\n        thr¦"),
      others,
    );
    assert.ok(!keys.labels.includes("query"));
    assert.match(keys.accept("threshold"), /\n {8}threshold: "5"\n/);
    assert.deepEqual(
      complete(scaled("  triggers:\n    - type: prometheus\n      metricType: ¦"), others).labels,
      ["AverageValue", "Value"],
    );
  });
});

describe("completion in values and files of options", () => {
  it("has the chart's keys in production-stack's vllmConfig", () => {
    const values = (config: string): string => `servingEngineSpec:
  modelSpec:
    - name: chat
      repository: vllm/vllm-openai
      tag: v0.11.0
      modelURL: Qwen/Qwen3-0.6B
      vllmConfig:
${config}
`;
    const key = complete(values("        maxModelLen: 4096\n        ten¦"));
    assert.match(key.accept("tensorParallelSize"), /\n {8}tensorParallelSize: 1\n/);
    assert.ok(!key.labels.includes("maxModelLen"));
    assert.ok(complete(values("        dtype: ¦")).labels.includes("bfloat16"));
    assert.ok(complete(values('        extraArgs: ["¦"]')).labels.includes("--enforce-eager"));
  });

  it("has options in the file that a server reads with --config", () => {
    const server = inContainer("").replace("args: [", "args: [--config, /etc/vllm/config.yaml, ");
    const file = (text: string): string => `apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data:
  config.yaml: |
    max-model-len: 4096
    ${text}
`;
    const others = { "/work/models/other.yaml": server };
    assert.match(complete(file("dt¦"), others).accept("dtype"), /\n {4}dtype: \n/);
    assert.ok(!complete(file("¦"), others).labels.includes("max-model-len"));
    assert.match(complete(file("dtype: ¦"), others).accept("bfloat16"), /\n {4}dtype: bfloat16\n/);
  });
});
