import { formatGib, formatTokens } from "../../sizing/format";
import type { MemoryPlan } from "../../sizing/plan-types";
import type { VllmServer } from "../../vllm/model";
import type { RuleContext } from "../context";
import { defineRule } from "../define";
import { serversOfObject } from "../scaled";
import { isExplained } from "../explained";
import { isPlannedHardware, setUtilization, sharesGpu, usualUtilization, UTILIZATION } from "./utilization";

/** From here on the room that is given up is small. */
const COMMON = 0.85;

export const gpuMemoryUtilizationLow = defineRule({
  id: "memory/gpu-memory-utilization-low",
  severity: "hint",
  fix: "suggested",
  subject: "server",
  summary: "A server with a whole card to itself leaves much of its memory unused.",
  why: `Whatever \`--gpu-memory-utilization\` keeps back is taken from the KV cache: the weights need what they need. A smaller
cache holds fewer requests at once, so requests queue and vLLM preempts running ones earlier. The cache is allocated once at
start and does not grow under load, so a low value is no protection against running out of memory later; vLLM's own first advice against
preemption is to raise it. A low value is right when another process uses the card, and the rule is silent for shared cards, MIG
slices, several servers in a pod, models with an image or audio tower, machines whose CPU and GPU share memory, and values that a
comment explains.`,
  sources: [
    "https://docs.vllm.ai/en/latest/configuration/optimization.html",
    "https://github.com/vllm-project/vllm/pull/38284",
  ],
  check(server, report, context) {
    const value = server.engine.number(UTILIZATION);
    if (!value.known || value.at === undefined || value.value <= 0 || value.value >= COMMON) return;
    const plan = context.plan(server);
    if (!hasCardToItself(server, plan, context) || isExplained(value.at)) return;
    const usual = usualUtilization(server);
    report(value.at, {
      message: `GPU memory utilization \`${value.value}\` instead of \`${usual}\` gives up ${lost(plan, value.value, usual)}.`,
      advice: "Raise it, or say in a comment beside it what else needs the memory.",
      fixes: setUtilization(server, usual),
    });
  },
});

function hasCardToItself(server: VllmServer, plan: MemoryPlan, { view }: RuleContext): boolean {
  const { count } = server.gpu;
  if (
    !isPlannedHardware(server) ||
    server.entry === "wrapper" ||
    sharesGpu(server) ||
    server.gpu.claimed ||
    count === undefined ||
    count < 1
  )
    return false;
  const shape = plan.model?.shape;
  if (plan.gpu?.unified || shape?.modality !== "text" || server.engine.settings.has("--speculative-config"))
    return false;
  const parallel = server.engine.integer("--tensor-parallel-size");
  // More cards than ranks: they are slices of one.
  if (!parallel.known || parallel.value < count) return false;
  return serversOfObject(server.object, view).filter((other) => other.pod === server.pod).length === 1;
}

function lost(plan: MemoryPlan, value: number, usual: number): string {
  const { total, kv } = plan;
  if (!total) return `${Math.round((usual - value) * 100)} % of the card's memory`;
  const gib = total.value * (usual - value);
  const perToken = kv.bytesPerToken?.value;
  const tokens = perToken ? ` of KV cache, ${formatTokens((gib * 2 ** 30) / perToken)} tokens` : "";
  return `${formatGib(gib)}${tokens}`;
}
