import { formatGib, formatSeconds, formatTokens } from "../../sizing/format";
import type { MemoryPlan } from "../../sizing/plan-types";
import type { LoadEstimate } from "../../sizing/load";

/** GiB: 2^30 bytes. */
const GIB = 2 ** 30;

/** What an option does to memory or latency with this server's numbers; undefined where the plan does not know them. */
export function flagEffect(flag: string, plan: MemoryPlan): string | undefined {
  const { kv, total, weights } = plan;
  const perToken = kv.bytesPerToken?.value;
  switch (flag) {
    case "--gpu-memory-utilization": {
      if (!total) return undefined;
      const step = total.value / 100;
      const tokens = perToken ? `, or ≈ ${formatTokens((step * GIB) / perToken)} tokens of KV cache` : "";
      return `Here 0.01 is ${formatGib(step)} per GPU${tokens}.`;
    }
    case "--max-model-len":
      return kv.requestGib && kv.maxModelLen
        ? `Here one request of full length holds ${formatGib(kv.requestGib.value)} of KV cache per GPU.`
        : undefined;
    case "--tensor-parallel-size":
    case "--pipeline-parallel-size":
      return weights && `Here each GPU holds ${formatGib(weights.value)} of weights.`;
    case "--max-num-seqs":
      return (
        kv.maxConcurrency &&
        `Here the KV cache holds ≈ ${kv.maxConcurrency.value.toFixed(1)} requests of full length at once; more wait or are preempted.`
      );
    case "--max-num-batched-tokens":
      return (
        plan.activation &&
        `Here a step of this size needs about ${formatGib(plan.activation.value)} of activations per GPU.`
      );
    case "--enforce-eager":
      return (
        plan.cudaGraph &&
        `CUDA graphs take about ${formatGib(plan.cudaGraph.value)} per GPU here; without them each step of decoding is slower.`
      );
    default:
      return undefined;
  }
}

/** The seconds a probe allows, beside those the server needs; `load` is undefined for a probe that begins after loading. */
export function probeEffect(budgetSeconds: number, load: LoadEstimate | undefined): string {
  const allowed = `It gives up after ${formatSeconds(budgetSeconds)}.`;
  const { lowSeconds, highSeconds } = load ?? {};
  if (lowSeconds === undefined || highSeconds === undefined) return allowed;
  return `${allowed} This server takes about ${formatSeconds(lowSeconds)} to ${formatSeconds(highSeconds)} from start to ready.`;
}
