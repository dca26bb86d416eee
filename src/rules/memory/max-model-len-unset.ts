import { formatCount } from "../../sizing/format";
import type { MemoryPlan } from "../../sizing/plan-types";
import { canSetArgument, setArgument } from "../../vllm/edit-arguments";
import type { VllmServer } from "../../vllm/model";
import type { RuleContext } from "../context";
import { defineRule, type Fix } from "../define";
import { placeOfModel } from "../places";
import { scalersOf } from "../scaled";
import { isPlannedHardware } from "./utilization";

const LENGTH = "--max-model-len";

/** Lengths below this fit beside most models. */
const LONG = 65_536;

/** GiB of the cards on which a current model's own length seldom fits. */
const SMALL_CARD = 25;

export const maxModelLenUnset = defineRule({
  id: "memory/max-model-len-unset",
  severity: "info",
  fix: "suggested",
  subject: "server",
  summary: "The longest request is left to the checkpoint, and nobody can tell whether it fits.",
  why: `Without \`--max-model-len\` vLLM takes the length from the model's configuration, 128k tokens and more for most current models, and
refuses to start when the KV cache cannot hold one request of that length. Whether it can depends on the card and on what the
checkpoint says this week: a new model or revision with a longer context stops a server that ran before. A stated length makes
the memory plan a decision. The rule is silent when model and card are known and the length fits, and when it does not, which
\`memory/kv-cannot-hold-one-sequence\` says.`,
  sources: [
    "vllm/v1/core/kv_cache_utils.py (check_enough_kv_cache_memory)",
    "https://docs.vllm.ai/en/latest/configuration/conserving_memory.html",
  ],
  check(server, report, context) {
    if (!server.engine.absent(LENGTH) || server.entry === "operator" || !isPlannedHardware(server)) return;
    if (server.pod?.partial || server.object.partial) return;
    const { model } = server.engine;
    const plan = context.plan(server);
    if (!model.known || plan.fits === "no" || plan.fits === "yes" || plan.fits === "tight") return;
    const length = plan.model?.shape.maxLength;
    if (plan.model ? (length ?? 0) < LONG : !isAtRisk(server, plan, context)) return;
    report(placeOfModel(server), {
      message: length
        ? `Requests may be as long as the model's own ${formatCount(length)} tokens; whether they fit is not known.`
        : `The longest request is left to \`${model.value}\`; a longer context there stops the server from starting.`,
      advice: `Set \`${LENGTH}\` to the length that you serve.`,
      fixes: length ? lengthFix(server, length) : [],
    });
  },
});

function isAtRisk(server: VllmServer, plan: MemoryPlan, { view }: RuleContext): boolean {
  return scalersOf(server, view).length > 0 || (plan.gpu !== undefined && plan.gpu.memoryGib <= SMALL_CARD);
}

function lengthFix(server: VllmServer, length: number): readonly Fix[] {
  if (!canSetArgument(server, LENGTH)) return [];
  return [
    {
      title: `Set \`${LENGTH}\` to the model's own \`${length}\``,
      apply: (editor) => setArgument(editor, server, LENGTH, String(length)),
    },
  ];
}
