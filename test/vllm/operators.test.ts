import assert from "node:assert/strict";
import { serverIn, serversIn, settingIn, settingsOf, textAt } from "./support";

describe("servers behind operators and charts", () => {
  it("KServe: the model's arguments follow those of its runtime", () => {
    const servers = serversIn(`apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: llama}
spec:
  predictor:
    model:
      modelFormat: {name: vLLM}
      runtime: my-runtime
      storageUri: hf://org/llama
      args: [--max-model-len=4096]
      resources: {limits: {nvidia.com/gpu: 1}}
---
apiVersion: serving.kserve.io/v1alpha1
kind: ServingRuntime
metadata: {name: my-runtime}
spec:
  containers:
    - name: kserve-container
      image: vllm/vllm-openai:v0.11.1
      command: [vllm, serve, /mnt/models]
      args: ["--served-model-name={{.Name}}", --enforce-eager]
`);
    const [service] = servers;
    assert.ok(service);
    assert.deepEqual(settingsOf(service), [
      "--model=/mnt/models",
      "--served-model-name=?",
      "--enforce-eager",
      "--max-model-len=4096",
    ]);
    assert.ok(service.engine.model.known && service.engine.model.value === "org/llama");
    assert.equal(service.form, "kserve");
    assert.equal(service.gpu.count, 1);
    assert.equal(service.version.origin, "tag");
  });

  it("KServe: without the runtime in view the names and options decide", () => {
    const service = (model: string): number =>
      serversIn(`apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: x}
spec: {predictor: {model: ${model}}}
`).length;
    assert.equal(service("{modelFormat: {name: vLLM}, runtime: granite}"), 1);
    assert.equal(
      service("{modelFormat: {name: huggingface}, args: [--model_id=org/m, --gpu_memory_utilization=0.9]}"),
      1,
    );
    assert.equal(service("{modelFormat: {name: huggingface}, args: [--model_id=org/bert]}"), 0);
    assert.equal(service("{modelFormat: {name: sklearn}}"), 0);
  });

  it("KServe: an LLMInferenceService", () => {
    const server = serverIn(`apiVersion: serving.kserve.io/v1alpha1
kind: LLMInferenceService
metadata: {name: x}
spec:
  model: {uri: hf://org/m, name: org/m}
  parallelism: {tensor: 4}
  template:
    containers:
      - name: main
        env: [{name: VLLM_ADDITIONAL_ARGS, value: "--max-model-len 8192"}]
        resources: {limits: {nvidia.com/gpu: "4"}}
`);
    assert.deepEqual(settingsOf(server), ["--tensor-parallel-size=4", "--max-model-len=8192"]);
    assert.equal(textAt(settingIn(server, "--max-model-len").valueAt), "8192");
    assert.ok(server.engine.model.known && server.engine.model.value === "org/m");
    assert.equal(server.engine.open, true);
  });

  const STACK = `servingEngineSpec:
  modelSpec:
    - name: llama
      repository: vllm/vllm-openai
      tag: v0.10.2
      modelURL: org/m
      requestGPU: 2
      vllmConfig:
        enablePrefixCaching: true
        enableChunkedPrefill: false
        maxModelLen: 16384
        tensorParallelSize: 2
        extraArgs: ["--max-num-seqs", "32"]
`;
  const STACK_SETTINGS = [
    "--enable-prefix-caching=true", "!--enable-chunked-prefill=false", "--max-model-len=16384",
    "--tensor-parallel-size=2", "--max-num-seqs=32",
  ]; // prettier-ignore

  const indent = (text: string, by: number): string => text.replace(/^(?=.)/gm, " ".repeat(by));

  for (const [name, text] of [
    ["values", STACK],
    ["values of a parent chart", `stack:\n${indent(STACK, 2)}`],
    [
      "HelmRelease",
      `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: x}\nspec:\n  values:\n${indent(STACK, 4)}`,
    ],
    [
      "Application with a string",
      `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: x}\nspec:\n  source:\n    helm:\n      values: |\n${indent(STACK, 8)}`,
    ],
    [
      "Application with an object",
      `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: x}\nspec:\n  sources:\n    - helm:\n        valuesObject:\n${indent(STACK, 10)}`,
    ],
    [
      "HelmChart",
      `apiVersion: helm.cattle.io/v1\nkind: HelmChart\nmetadata: {name: x}\nspec:\n  valuesContent: |-\n${indent(STACK, 4)}`,
    ],
  ] as const) {
    it(`production-stack: ${name}`, () => {
      const server = serverIn(text);
      assert.deepEqual(settingsOf(server), STACK_SETTINGS);
      assert.ok(server.engine.model.known && server.engine.model.value === "org/m");
      assert.deepEqual(
        [server.form, server.name, server.gpu.count, server.version.origin],
        ["helm-values", "llama", 2, "tag"],
      );
      const length = settingIn(server, "--max-model-len");
      assert.deepEqual(
        [textAt(length.flagAt), textAt(length.valueAt), length.form],
        ["maxModelLen", "16384", "map"],
      );
      assert.equal(server.gpu.node && textAt({ doc: server.gpu.node.doc, span: server.gpu.node.span }), "2");
    });
  }

  it("production-stack: a VLLMRuntime", () => {
    const server = serverIn(`apiVersion: production-stack.vllm.ai/v1alpha1
kind: VLLMRuntime
metadata: {name: x}
spec:
  model: {modelURL: org/m, maxModelLen: 4096}
  vllmConfig: {gpuMemoryUtilization: "0.9", v1: true, port: 8000}
  deploymentConfig: {resources: {gpu: "1"}, image: {registry: docker.io, name: "vllm/vllm-openai:v0.11.0"}}
`);
    assert.deepEqual(settingsOf(server), [
      "--max-model-len=4096",
      "--gpu-memory-utilization=0.9",
      "--port=8000",
    ]);
    assert.deepEqual([server.gpu.count, server.version.origin], [1, "tag"]);
  });

  it("llm-d: modelservice values", () => {
    const servers = serversIn(`modelArtifacts: {uri: "hf://org/m"}
decode:
  parallelism: {tensor: 2}
  containers:
    - name: vllm
      image: ghcr.io/llm-d/llm-d-cuda:v0.3
      modelCommand: vllmServe
      args: [--enforce-eager]
prefill:
  containers:
    - name: vllm
      image: ghcr.io/llm-d/llm-d-cuda:v0.3
      modelCommand: custom
      command: [vllm, serve, org/other]
`);
    assert.deepEqual(servers.map(settingsOf), [
      ["--tensor-parallel-size=2", "--enforce-eager"],
      ["--model=org/other"],
    ]);
    assert.deepEqual(
      servers.map(({ engine }) => engine.model.known && engine.model.value),
      ["org/m", "org/other"],
    );
    assert.equal(servers[0]?.gpu.count, 2);
  });

  it("the common library: containers in a map, variables too", () => {
    const server = serverIn(`apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: x}
spec:
  values:
    controllers:
      vllm:
        pod: {nodeSelector: {nvidia.com/gpu.product: NVIDIA-L4}}
        containers:
          app:
            image: {repository: vllm/vllm-openai, tag: v0.20.0@sha256:ab}
            args: [--model=$(MODEL), --port, "8000"]
            env: {MODEL: org/m}
            resources: {limits: {nvidia.com/gpu: 1}}
`);
    assert.deepEqual(settingsOf(server), ["--model=org/m", "--port=8000"]);
    assert.deepEqual(
      [server.name, server.gpu.count, server.gpu.product?.text, server.version.origin],
      ["app", 1, "NVIDIA-L4", "tag"],
    );
  });

  it("the common library: options for every pod, where the controller has none of its own", () => {
    const values = (own: string) => `controllers:
  vllm:
${own}    containers:
      app:
        image: {repository: vllm/vllm-openai, tag: v0.20.0}
        args: [--model=org/m]
        resources: {limits: {nvidia.com/gpu: 1}}
defaultPodOptions: {nodeSelector: {nvidia.com/gpu.product: NVIDIA-L4}}
`;
    assert.equal(serverIn(values("")).gpu.product?.text, "NVIDIA-L4");
    const own = "    pod: {nodeSelector: {nvidia.com/gpu.product: NVIDIA-L40S}}\n";
    assert.equal(serverIn(values(own)).gpu.product?.text, "NVIDIA-L40S");
  });

  it("any chart with telling keys", () => {
    const server = serverIn(`image: {repository: vllm/vllm-openai, tag: v0.22.0}
model: {name: org/m, maxModelLen: "4096"}
server: {gpuMemoryUtilization: "0.90", quantization: ""}
extraArgs: [--tensor-parallel-size, "2"]
accelerator: {count: 2, resourceName: nvidia.com/gpu}
`);
    assert.deepEqual(settingsOf(server), [
      "--max-model-len=4096",
      "--gpu-memory-utilization=0.90",
      "--tensor-parallel-size=2",
    ]);
    assert.ok(server.engine.model.known && server.engine.model.value === "org/m");
    assert.equal(server.gpu.count, 2);
    assert.equal(serversIn("image: {repository: nginx}\nreplicaCount: 2\nmaxModelLen: 3\n").length, 0);
    assert.equal(serversIn("services:\n  llm: {image: vllm/vllm-openai, command: [--model, m]}\n").length, 0);
    assert.equal(
      serversIn(
        "image: {repository: ghcr.io/llm-d/llm-d-inference-sim}\nconfig: {maxModelLen: 1, maxNumSeqs: 2}\n",
      ).length,
      0,
    );
  });

  it("KubeAI and KAITO", () => {
    const model = serverIn(`apiVersion: kubeai.org/v1
kind: Model
metadata: {name: m}
spec: {url: "hf://org/m", engine: VLLM, args: [--max-model-len=8192], resourceProfile: "nvidia-gpu-l4:2"}
`);
    assert.deepEqual(
      [settingsOf(model), model.gpu.count, model.gpu.product?.text],
      [["--max-model-len=8192"], 2, "nvidia-gpu-l4"],
    );
    const workspace = serverIn(`apiVersion: kaito.sh/v1beta1
kind: Workspace
metadata: {name: w}
resource: {instanceType: Standard_NC24ads_A100_v4}
inference: {preset: {name: phi-4}, config: params}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: params}
data:
  inference_config.yaml: |
    vllm:
      max-model-len: 4096
`);
    assert.deepEqual(
      [settingsOf(workspace), workspace.gpu.product?.text],
      [["--max-model-len=4096"], "Standard_NC24ads_A100_v4"],
    );
  });
});
