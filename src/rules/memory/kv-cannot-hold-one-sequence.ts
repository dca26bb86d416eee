import { formatCount, formatGib, formatTokens } from "../../sizing/format";
import type { MemoryPlan } from "../../sizing/plan-types";
import { canSetArgument, setArgument } from "../../vllm/edit-arguments";
import type { VllmServer } from "../../vllm/model";
import type { RuleContext } from "../context";
import { defineRule, type Fix } from "../define";
import { placeOfModel } from "../places";
import { shardFix } from "./sharding";
import { isPlannedHardware } from "./utilization";

const LENGTH = "--max-model-len";

/** Lengths are offered in steps of this many tokens, and none that is too short to be of use. */
const STEP = 1024;

export const kvCannotHoldOneSequence = defineRule({
  id: "memory/kv-cannot-hold-one-sequence",
  severity: "error",
  fix: "suggested",
  subject: "server",
  summary: "The KV cache cannot hold one request of the full length, so vLLM refuses to start.",
  why: `What weights, activations and CUDA graphs leave of the memory budget becomes the KV cache. At start vLLM checks that one
request of \`--max-model-len\` tokens fits into it and otherwise exits with "To serve at least one request with the model's
max seq len …". Without the flag the length is the model's own, which is 128k tokens or more for most current models, far
more than a 24 GB card has room for beside the weights. The cache of a request is
\`2 x layers x KV heads x head size x bytes x tokens\`; it depends on the attention layout, not on the size of the model.
The finding is an error when even the high end of the estimate is too small, a warning when the middle is, and for
information when only the low end is.`,
  sources: [
    "vllm/v1/core/kv_cache_utils.py (check_enough_kv_cache_memory)",
    "https://github.com/vllm-project/vllm/issues/2418",
    "https://github.com/vllm-project/vllm/issues/6211",
    "https://github.com/vllm-project/vllm/issues/13061",
  ],
  check(server, report, context) {
    const plan = context.plan(server);
    const { weights, budget, kvCache, kv } = plan;
    const longest = kv.longestLength;
    const length = kv.maxModelLen?.value;
    if (!isPlannedHardware(server) || !weights || !budget || !kvCache || !longest || length === undefined)
      return;
    const isTooShort = plan.fits === "no" && weights.low <= budget.high && longest.high < length;
    const mayBeTooShort = plan.fits === "tight" && longest.low < length && length <= longest.high;
    if (!isTooShort && !mayBeTooShort) return;
    report(server.engine.settings.get(LENGTH)?.valueAt ?? placeOfModel(server), {
      message: messageFor(plan, length, isTooShort),
      advice: adviceFor(server, length),
      severity: isTooShort ? "error" : longest.value < length ? "warning" : "info",
      fixes: () => fixesFor(server, plan, context),
    });
  },
});

function messageFor(plan: MemoryPlan, length: number, sure: boolean): string {
  const { kvCache, kv, weights, budget } = plan;
  const needed = kv.requestGib?.value;
  if (!kvCache || !weights || !budget) return "";
  if (kvCache.value <= 0) {
    return `Weights of ${formatGib(weights.value)} and the working memory leave nothing of ${formatGib(budget.value)} for the KV cache.`;
  }
  const need = needed === undefined ? "more KV cache" : `${formatGib(needed)} of KV cache`;
  const left = `${sure ? "about " : "only about "}${formatGib(kvCache.value)} is left`;
  const tokens = kv.tokens ? ` (${formatTokens(kv.longestLength?.value ?? 0)} tokens)` : "";
  return `One request of \`${length}\` tokens ${sure ? "needs" : "may not fit: it needs"} ${need}; ${left}${tokens}.`;
}

function adviceFor(server: VllmServer, length: number): string {
  return server.engine.settings.has(LENGTH)
    ? `Lower \`${LENGTH}\`, or give the model more GPU memory.`
    : `Set \`${LENGTH}\` below the model's own ${formatCount(length)}, or give the model more GPU memory.`;
}

function fixesFor(server: VllmServer, plan: MemoryPlan, context: RuleContext): readonly Fix[] {
  const shorter = shorterLength(server, plan);
  const shard = shardFix(server, context);
  return [shorter, shard].filter((fix) => fix !== undefined);
}

/** The largest multiple of 1,024 that fits even at the low end of the estimate. */
function shorterLength(server: VllmServer, plan: MemoryPlan): Fix | undefined {
  const { longestLength, bytesPerToken } = plan.kv;
  const length = Math.floor((longestLength?.low ?? 0) / STEP) * STEP;
  if (length < STEP || !canSetArgument(server, LENGTH)) return undefined;
  const each = bytesPerToken ? ` at ${Math.round(bytesPerToken.value / 1024)} KiB a token` : "";
  const room = plan.kvCache ? `: fits ${formatGib(plan.kvCache.low)}${each}` : "";
  return {
    title: `Set \`${LENGTH}\` to \`${length}\`${room}`,
    apply: (editor) => setArgument(editor, server, LENGTH, String(length)),
  };
}
