import type { MemoryPlan } from "../../sizing/plan-types";
import type { VllmServer } from "../../vllm/model";
import { formatVersion, isAtLeast } from "../../vllm/version";

export interface Source {
  readonly title: string;
  readonly url: string;
}

/** Where the arithmetic can be looked up: vLLM's own source at the version in question, its documentation, the model's page. */
export function sourcesOf(server: VllmServer, plan: MemoryPlan): readonly Source[] {
  const version = formatVersion(plan.version);
  const file = (path: string): string => `https://github.com/vllm-project/vllm/blob/v${version}/${path}`;
  // V1's worker is the default from 0.8 on.
  const worker = isAtLeast(plan.version, "0.8") ? "vllm/v1/worker/gpu_worker.py" : "vllm/worker/worker.py";
  const sources = [
    { title: `How vLLM ${version} measures the memory that is left for the KV cache`, url: file(worker) },
    {
      title: "Conserving memory, in vLLM's documentation",
      url: "https://docs.vllm.ai/en/latest/configuration/conserving_memory/",
    },
  ];
  if (isAtLeast(plan.version, "0.8")) {
    sources.splice(1, 0, {
      title: `How vLLM ${version} turns the KV cache into blocks and tokens`,
      url: file("vllm/v1/core/kv_cache_utils.py"),
    });
  }
  const { model } = server.engine;
  if (model.known && /^[\w.-]+\/[\w.-]+$/.test(model.value) && !model.value.startsWith(".")) {
    sources.push({
      title: `${model.value} on the Hugging Face Hub`,
      url: `https://huggingface.co/${model.value}`,
    });
  }
  return sources;
}
