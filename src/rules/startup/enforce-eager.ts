import { canRemoveArgument, removeArgument } from "../../vllm/edit-arguments";
import type { VllmServer } from "../../vllm/model";
import type { RuleContext } from "../context";
import { defineRule } from "../define";
import { isExplained } from "../explained";
import { servesRequests } from "../written-out";

const EAGER = "--enforce-eager";

/** GiB: on smaller cards the memory of the graphs is worth more than their speed. */
const SMALL_CARD = 17;

export const enforceEager = defineRule({
  id: "startup/enforce-eager",
  severity: "hint",
  fix: "suggested",
  subject: "server",
  summary: "A server that runs for long gives up compiled code and CUDA graphs for a quicker start.",
  why: `\`--enforce-eager\` skips compilation and the capture of CUDA graphs. That saves a minute at start and a gigabyte or two of memory, and
costs speed on every token from then on, most with small batches, where launching kernels takes longer than running them. It is meant for debugging
and for cards that have no room for the graphs. To start sooner keep the compile cache (\`VLLM_CACHE_ROOT\`) and the weights on a volume
instead. The rule is silent for jobs, small cards, sleep mode, checkpoints, and where a comment says why.`,
  sources: [
    "https://docs.vllm.ai/en/latest/configuration/conserving_memory.html",
    "https://docs.vllm.ai/en/latest/design/torch_compile.html",
  ],
  check(server, report, context) {
    const setting = server.engine.settings.get(EAGER);
    const eager = server.engine.enabled(EAGER);
    if (!setting || !eager.known || !eager.value || !servesRequests(server)) return;
    if (hasReason(server, context) || isExplained(setting.flagAt)) return;
    report(setting.flagAt, {
      message: `\`${EAGER}\` skips compilation and CUDA graphs: a quicker start, and slower tokens for as long as the server runs.`,
      advice: "Take it out, or say in a comment why it is there.",
      fixes: canRemoveArgument(setting)
        ? [{ title: `Remove \`${EAGER}\``, apply: (editor) => removeArgument(editor, setting) }]
        : [],
    });
  },
});

function hasReason(server: VllmServer, context: RuleContext): boolean {
  if (server.hardware !== "cuda" && server.hardware !== "rocm") return true;
  const { engine, pod } = server;
  const card = context.plan(server).gpu;
  if (card !== undefined && card.memoryGib < SMALL_CARD) return true;
  if (engine.settings.has("--enable-sleep-mode")) return true;
  return [...(pod?.annotations.keys() ?? [])].some((key) => /snapshot|checkpoint|restore/i.test(key));
}
