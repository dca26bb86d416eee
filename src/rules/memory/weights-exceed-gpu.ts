import { formatGib } from "../../sizing/format";
import type { MemoryPlan } from "../../sizing/plan-types";
import type { VllmServer } from "../../vllm/model";
import { spotOf } from "../../yaml/node";
import type { RuleContext } from "../context";
import { defineRule, type Report } from "../define";
import { placeOfModel } from "../places";
import { shardFix } from "./sharding";
import { isPlannedHardware } from "./utilization";

export const weightsExceedGpu = defineRule({
  id: "memory/weights-exceed-gpu",
  severity: "error",
  fix: "suggested",
  subject: "server",
  summary: "The model's weights need more memory than vLLM may use on the GPU.",
  why: `vLLM loads a rank's whole share of the weights into GPU memory before it serves anything, and it may use
no more than the card's memory times \`--gpu-memory-utilization\`. When the weights alone are larger than that, the server
ends with an out-of-memory error or with "No available memory for the cache blocks", after minutes of loading, and the
kubelet starts it over and over. The finding compares the low end of the estimate with the budget, so it is silent when the
model, its quantisation or the GPU is not known. Tensor parallelism divides the weights by the number of ranks; a quantised
checkpoint (fp8, AWQ, NVFP4) halves or quarters them.`,
  sources: [
    "https://docs.vllm.ai/en/latest/configuration/conserving_memory.html",
    "vllm/v1/worker/gpu_worker.py (determine_available_memory)",
    "vllm/v1/worker/utils.py (request_memory)",
  ],
  check(server, report, context) {
    const plan = context.plan(server);
    const { weights, budget } = plan;
    if (plan.fits !== "no" || !isPlannedHardware(server) || !weights || !budget || weights.low <= budget.high)
      return;
    reportTooLarge(server, plan, report, context);
  },
});

function reportTooLarge(server: VllmServer, plan: MemoryPlan, report: Report, context: RuleContext): void {
  const { weights, budget, total } = plan;
  if (!weights || !budget || !total) return;
  const share = Number((budget.value / total.value).toFixed(3));
  const { node } = server.gpu;
  report(placeOfModel(server), {
    message:
      `Weights need at least ${formatGib(weights.low)} on each GPU; ` +
      `the ${plan.gpu?.name ?? "card"} offers ${formatGib(budget.value)} (${formatGib(total.value)} x ${share}).`,
    advice: "Shard the model over more GPUs, serve a quantised checkpoint, or take GPUs with more memory.",
    related: node ? [{ at: spotOf(node), message: "The GPUs of this container" }] : [],
    fixes: () => {
      const fix = shardFix(server, context);
      return fix ? [fix] : [];
    },
  });
}
