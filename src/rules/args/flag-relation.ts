import { flagRelations, type FlagRelation } from "../../data/flag-relations";
import { existsAt } from "../../vllm/flags";
import { findFlag } from "../../data/flags";
import { canRemoveArgument, canSetArgument, removeArgument, setSwitch } from "../../vllm/edit-arguments";
import type { Setting, VllmServer } from "../../vllm/model";
import { isAtLeast } from "../../vllm/version";
import { defineRule, type Fix, type Report } from "../define";

export const flagRelation = defineRule({
  id: "args/flag-relation",
  severity: "error",
  fix: "suggested",
  subject: "server",
  summary: "An option needs another one that is not given, or excludes one that is.",
  why: `Some options make sense only together with another, and vLLM checks that before it loads anything: tool calls need the parser of the
model's format, adapters need LoRA to be on, balancing experts needs expert parallelism. Others only set the size of something that is
off, and are then ignored. Which parser a model needs is told by its card and by vLLM's page on tool calling.`,
  sources: [
    "vllm/entrypoints/openai/cli_args.py (validate_parsed_serve_args)",
    "vllm/config/parallel.py (ParallelConfig)",
    "vllm/v1/worker/lora_model_runner_mixin.py",
    "https://docs.vllm.ai/en/latest/features/tool_calling.html",
  ],
  check(server, report) {
    if (server.entry === "wrapper" || server.entry === "operator") return;
    for (const relation of flagRelations) {
      const setting = server.engine.settings.get(relation.flag);
      if (setting && isOn(server, relation.flag) && appliesTo(server, relation))
        judge(server, setting, relation, report);
    }
  },
});

function appliesTo(
  { version: { version } }: VllmServer,
  { flag, needs, excludes, since }: FlagRelation,
): boolean {
  const other = findFlag(needs ?? excludes ?? flag);
  const entry = findFlag(flag);
  if (!entry || !existsAt(entry, version) || !other || !existsAt(other, version)) return false;
  return since === undefined || isAtLeast(version, since);
}

/** Given, and not as a switch that is off. */
function isOn(server: VllmServer, flag: string): boolean {
  if (findFlag(flag)?.type !== "bool") return server.engine.settings.get(flag)?.text !== undefined;
  const switched = server.engine.enabled(flag);
  return switched.known && switched.value && switched.at !== undefined;
}

function judge(server: VllmServer, setting: Setting, relation: FlagRelation, report: Report): void {
  const { needs, excludes, effect } = relation;
  if (needs !== undefined && isMissing(server, needs)) {
    report(setting.flagAt, {
      message: `\`${setting.spelling}\` needs \`${needs}\`${effect === "ends" ? "" : ", and is ignored without it"}.`,
      advice:
        effect === "ends"
          ? `Add \`${needs}\`: vLLM does not start without it.`
          : `Add \`${needs}\`, or take this out.`,
      severity: effect === "ends" ? "error" : "info",
      fixes: companionFix(server, needs),
    });
  }
  const other = excludes === undefined ? undefined : server.engine.settings.get(excludes);
  if (other && excludes !== undefined && isOn(server, excludes)) {
    report(setting.flagAt, {
      message: `\`${setting.spelling}\` excludes \`${other.spelling}\`.`,
      advice: "Keep one of the two: vLLM does not start with both.",
      related: [{ at: other.flagAt, message: "The other option" }],
      fixes: [other, setting].filter(canRemoveArgument).map((one) => ({
        title: `Remove \`${one.spelling}\``,
        apply: (editor) => removeArgument(editor, one),
      })),
    });
  }
}

function isMissing(server: VllmServer, flag: string): boolean {
  if (server.engine.absent(flag)) return true;
  const switched = findFlag(flag)?.type === "bool" ? server.engine.enabled(flag) : undefined;
  return switched?.known === true && !switched.value && switched.at !== undefined;
}

/** Only a switch can be added without a value that a person has to know. */
function companionFix(server: VllmServer, flag: string): readonly Fix[] {
  if (findFlag(flag)?.type !== "bool" || server.engine.settings.has(flag) || !canSetArgument(server, flag))
    return [];
  return [{ title: `Add \`${flag}\``, apply: (editor) => setSwitch(editor, server, flag) }];
}
