import assert from "node:assert/strict";
import { estimateLoad, estimateServerLoad } from "../../src/sizing/load";
import { planServer } from "../../src/sizing/server";
import type { MemoryPlan } from "../../src/sizing/plan-types";
import { deployment, serverIn } from "../vllm/support";
import { close, version } from "./support";

const POD = `      nodeSelector:
        nvidia.com/gpu.product: NVIDIA-H100-80GB-HBM3
`;

function manifest(args: readonly string[], tag = "v0.19.0", more = POD, env = ""): string {
  return deployment(
    `name: vllm
image: vllm/vllm-openai:${tag}
args: ${JSON.stringify(args)}
${env}resources:
  limits: {nvidia.com/gpu: 2}`,
    more,
  );
}

function planOf(args: readonly string[], tag?: string, more?: string, env?: string): MemoryPlan {
  return planServer(serverIn(manifest(args, tag, more, env)));
}

describe("plan of a server", () => {
  it("reads model, flags, version and card from the manifest", () => {
    const plan = planOf([
      "--model=Qwen/Qwen2.5-72B-Instruct",
      "--tensor-parallel-size=2",
      "--max-model-len=8192",
      "--gpu-memory-utilization=0.95",
    ]);
    close(plan.kvCache?.value, 3.04, 0.06);
    close(plan.weights?.value, 67.78, 0.002);
    assert.equal(plan.fits, "yes");
    const inputs = [...(plan.weights?.inputs ?? []), ...(plan.budget?.inputs ?? [])].map(
      (each) => `${each.name}: ${each.origin}`,
    );
    for (const text of [
      "model: catalogue",
      "tensor parallel size: flag",
      "GPU memory utilization: flag",
      "GPU: node selector nvidia.com/gpu.product",
    ]) {
      assert.ok(inputs.includes(text), `${text} in ${inputs.join(", ")}`);
    }
  });

  it("names the defaults it rests on", () => {
    const plan = planOf(["--model=Qwen/Qwen3-8B"]);
    const told = plan.assumptions.map((each) => `${each.name} ${each.value} (${each.origin})`);
    assert.ok(told.includes("GPU memory utilization 0.9 (default of 0.19)"), told.join(", "));
    assert.ok(told.includes("model length 40960 (model config)"), told.join(", "));
  });

  it("leaves unknown what is templated", () => {
    const plan = planOf(
      ["--model=Qwen/Qwen3-8B", "--tensor-parallel-size=$(TP)"],
      undefined,
      undefined,
      "env: [{name: TP, valueFrom: {configMapKeyRef: {name: c, key: tp}}}]\n",
    );
    assert.equal(plan.weights, undefined);
    assert.equal(plan.fits, "unknown");
    assert.ok(plan.budget);
  });

  it("takes an assumed card only where the manifest names none", () => {
    const text = manifest(["--model=Qwen/Qwen3-8B"], "v0.19.0", "");
    assert.equal(planServer(serverIn(text)).gpu, undefined);
    const assumed = planServer(serverIn(text), { gpu: "L4" });
    assert.equal(assumed.gpu?.origin, "assumed by setting");
    assert.ok(assumed.assumptions.some((each) => each.name === "GPU" && each.value === "L4"));
    assert.equal(
      planServer(serverIn(manifest(["--model=Qwen/Qwen3-8B"])), { gpu: "L4" }).gpu?.name,
      "H100 80GB SXM",
    );
    assert.equal(planServer(serverIn(text), { gpu: "toaster" }).gpu, undefined);
  });

  it("reads a configuration for a model that the catalogue does not hold", () => {
    const server = serverIn(manifest(["--model=acme/unheard-of"]));
    assert.equal(planServer(server).fits, "unknown");
    const config = {
      architectures: ["LlamaForCausalLM"],
      hidden_size: 4096,
      num_hidden_layers: 32,
      num_attention_heads: 32,
      vocab_size: 32000,
      max_position_embeddings: 8192,
      intermediate_size: 11008,
    };
    const source = "config.json beside the manifest";
    const plan = planServer(server, { modelFiles: () => ({ config: JSON.stringify(config), source }) });
    assert.equal(plan.model?.source, source);
    assert.equal(plan.fits, "yes");
    const broken = planServer(server, { modelFiles: () => ({ config: "<html>", source }) });
    assert.equal(broken.model, undefined);
    assert.match(broken.reasons[0] ?? "", /config\.json beside the manifest is not valid JSON/);
  });

  it("knows the length that is fitted, LoRA, speculation and environment toggles", () => {
    assert.equal(planOf(["--model=Qwen/Qwen3-32B", "--max-model-len=auto"]).fits, "yes");
    const bare = planOf(["--model=Qwen/Qwen3-8B"]).weights?.value ?? 0;
    assert.ok(
      (planOf(["--model=Qwen/Qwen3-8B", "--enable-lora", "--max-loras=4", "--max-lora-rank=64"]).weights
        ?.value ?? 0) >
        bare + 0.5,
    );
    const draft = planOf([
      "--model=Qwen/Qwen3-8B",
      '--speculative-config={"model":"Qwen/Qwen3-0.6B","num_speculative_tokens":4}',
    ]);
    assert.ok((draft.weights?.value ?? 0) > bare + 1);
    const strange = planOf([
      "--model=Qwen/Qwen3-8B",
      '--speculative-config={"model":"acme/draft","num_speculative_tokens":4}',
    ]);
    assert.equal(strange.weights, undefined);
    const off = planOf(
      ["--model=openai/gpt-oss-20b"],
      "v0.22.0",
      POD,
      'env: [{name: VLLM_MEMORY_PROFILER_ESTIMATE_CUDAGRAPHS, value: "0"}]\n',
    );
    assert.equal(off.cudaGraphInBudget, false);
    assert.equal(planOf(["--model=openai/gpt-oss-20b"], "v0.22.0").cudaGraphInBudget, true);
  });
});

describe("load time", () => {
  const base = { layers: 32, tensorParallel: 1, eager: false, version: version("0.19.0") } as const;
  const checkpointGib = { low: 14.8, value: 15, high: 15.2 };

  it("is the sum of its parts", () => {
    const load = estimateLoad({ ...base, checkpointGib, from: "hub" });
    assert.equal(
      load.lowSeconds,
      load.parts.reduce((sum, part) => sum + part.lowSeconds, 0),
    );
    assert.ok((load.lowSeconds ?? 0) < 90 && (load.highSeconds ?? 0) > 150);
    assert.deepEqual(
      load.parts.map((part) => part.name),
      ["download", "read weights", "start", "compile", "profile", "graph capture"],
    );
  });

  it("skips what does not happen", () => {
    const load = estimateLoad({ ...base, checkpointGib, from: "path", eager: true });
    assert.deepEqual(
      load.parts.map((part) => part.name),
      ["read weights", "start", "profile"],
    );
    const warm = estimateLoad({ ...base, checkpointGib, from: "path", warmCompileCache: true });
    const cold = estimateLoad({ ...base, checkpointGib, from: "path" });
    assert.ok((warm.highSeconds ?? 0) < (cold.highSeconds ?? 0));
  });

  it("stays unknown without the model's size, and grows with it", () => {
    assert.equal(estimateLoad({ ...base, checkpointGib: undefined, from: "hub" }).lowSeconds, undefined);
    const small = serverIn(manifest(["--model=Qwen/Qwen3-0.6B"]));
    const large = serverIn(
      manifest(["--model=meta-llama/Llama-3.1-70B-Instruct", "--tensor-parallel-size=2"]),
    );
    const seconds = [small, large].map((server) => estimateServerLoad(server, planServer(server)));
    assert.ok((seconds[1]?.lowSeconds ?? 0) > 3 * (seconds[0]?.lowSeconds ?? 0));
    assert.ok((seconds[1]?.highSeconds ?? 0) > 900);
  });
});
