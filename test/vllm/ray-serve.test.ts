import assert from "node:assert/strict";
import { serverIn, settingIn, settingsOf, textAt } from "./support";

describe("Ray Serve", () => {
  it("has models in a string", () => {
    const server = serverIn(`apiVersion: ray.io/v1
kind: RayService
metadata: {name: x}
spec:
  serveConfigV2: |
    applications:
      - name: llms
        import_path: ray.serve.llm:build_openai_app
        args:
          llm_configs:
            - model_loading_config: {model_id: m, model_source: org/m}
              engine_kwargs:
                tensor_parallel_size: 2
                max_model_len: 4096
  rayClusterConfig:
    headGroupSpec: {template: {spec: {containers: [{name: head, image: "rayproject/ray-llm:2.46"}]}}}
    workerGroupSpecs:
      - {replicas: 1, template: {spec: {containers: [{name: w, image: i, resources: {limits: {nvidia.com/gpu: 2}}}]}}}
`);
    assert.equal(server.form, "ray-serve");
    assert.deepEqual(settingsOf(server), ["--tensor-parallel-size=2", "--max-model-len=4096"]);
    assert.equal(textAt(settingIn(server, "--max-model-len").valueAt), "4096");
    assert.equal(server.gpu.count, 2);
    assert.ok(server.engine.absent("--max-num-seqs"), "what is not written is vLLM's default");
  });

  it("may run a script of one's own, which may set anything", () => {
    const server = serverIn(`apiVersion: ray.io/v1
kind: RayService
metadata: {name: x}
spec:
  serveConfigV2: |
    applications:
      - name: llm
        import_path: vllm_app:deployment
        runtime_env: {env_vars: {MODEL_ID: org/m}}
  rayClusterConfig:
    workerGroupSpecs:
      - {replicas: 1, template: {spec: {containers: [{name: w, image: own/ray}]}}}
`);
    assert.ok(!server.engine.absent("--max-num-seqs"));
  });
});
