import { retiredVariable, vllmVariables, type RetiredVariable } from "../../data/environment";
import { matchFlag } from "../../vllm/flags";
import { canSetArgument, setArgument } from "../../vllm/edit-arguments";
import type { EnvironmentVariable, VllmServer } from "../../vllm/model";
import { formatVersion, isAtLeast } from "../../vllm/version";
import type { Spot } from "../../yaml/document";
import type { YamlEditor } from "../../yaml/edit";
import { nodesAt } from "../../yaml/locate";
import { scalarAt, spotOf, type YamlSeq } from "../../yaml/node";
import { defineRule, type Fix, type Report } from "../define";
import { closest } from "./closest";
import { versionCertainty, type Certainty } from "./version-claim";

/** More variables than any container has: the rest of a hostile list would only cost time. */
const MOST_VARIABLES = 1000;

export const removedEnv = defineRule({
  id: "args/removed-env",
  severity: "warning",
  fix: "suggested",
  subject: "server",
  summary: "A `VLLM_*` variable is none that the release of the image reads.",
  why: `vLLM reads its variables by name and does not mind those it does not know; since early 2026 it logs a warning. A variable that was
retired, or whose name has a slip, is therefore a setting that silently has no effect: the attention backend that was chosen is not
used, the engine that was asked for is not there. Most retired variables have become options of \`vllm serve\`.`,
  sources: [
    "vllm/envs.py, release by release",
    "https://github.com/vllm-project/vllm/pull/32812",
    "https://github.com/vllm-project/vllm/pull/28204",
    "https://github.com/vllm-project/vllm/pull/33581",
  ],
  check(server, report) {
    const certainty = versionCertainty(server);
    if (server.entry === "wrapper" || server.entry === "operator") return;
    for (const variable of [...server.engine.environment.values()].slice(0, MOST_VARIABLES)) {
      const entry = retiredVariable(variable.name);
      if (entry && certainty !== "none") reportRetired(server, variable, entry, certainty, report);
      else if (!entry) reportMisspelled(server, variable, report);
    }
  },
});

function reportRetired(
  server: VllmServer,
  variable: EnvironmentVariable,
  entry: RetiredVariable,
  certainty: Certainty,
  report: Report,
): void {
  const { version } = server.version;
  if (!isAtLeast(version, entry.removed)) return;
  const place = nameOf(variable);
  // What asked for the default has lost nothing.
  const isHarmless = entry.name === "VLLM_USE_V1" && variable.value === "1";
  const successor = entry.replacedBy === undefined ? "" : ` \`${entry.replacedBy}\` takes its place.`;
  report(place, {
    message: `\`${variable.name}\` has no effect since vLLM ${entry.removed}${entry.note ? `: ${entry.note}` : ""}${certainty === "sure" ? `; this image has ${formatVersion(version)}` : ""}.`,
    advice: `Take it out.${successor}`,
    severity: isHarmless ? "info" : "warning",
    fixes: fixesFor(server, variable, entry, isHarmless),
  });
}

function fixesFor(
  server: VllmServer,
  variable: EnvironmentVariable,
  { replacedBy }: RetiredVariable,
  isHarmless: boolean,
): readonly Fix[] {
  if (!canRemove(variable)) return [];
  const { name, value } = variable;
  const removal: Fix = {
    title: `Remove \`${name}\``,
    safe: isHarmless,
    apply: (editor) => removeVariable(editor, variable),
  };
  const flag =
    replacedBy === undefined ? undefined : matchFlag(replacedBy, server.version.version)?.entry.flag;
  const takesValue = flag === "--attention-backend" || flag === "--all2all-backend";
  if (!takesValue || !value || server.engine.settings.has(flag) || !canSetArgument(server, flag))
    return [removal];
  const move: Fix = {
    title: `Set \`${flag}\` to \`${value}\` instead`,
    apply(editor) {
      setArgument(editor, server, flag, value);
      removeVariable(editor, variable);
    },
  };
  return [move, removal];
}

/** Variables that Kubernetes, charts and operators make of the names of Services, and those of other programs. */
const OF_OTHERS = /_(SERVICE_HOST|SERVICE_PORT\w*|PORT_\d+\w*)$/;

function reportMisspelled(server: VllmServer, variable: EnvironmentVariable, report: Report): void {
  const { name } = variable;
  if (!name.startsWith("VLLM_") || vllmVariables.has(name) || OF_OTHERS.test(name)) return;
  const near = closest(name, [...vllmVariables], 2);
  if (near === undefined || retiredVariable(near) || server.engine.environment.has(near)) return;
  const place = nameOf(variable);
  report(place, {
    message: `\`${name}\` is no variable that vLLM reads; \`${near}\` is.`,
    advice: `Write \`${near}\`.`,
    fixes: canRemove(variable)
      ? [{ title: `Write \`${near}\``, apply: (editor) => editor.replace(inQuotes(place, name), near) }]
      : [],
  });
}

/** The characters of the name itself, without the quotes around it. */
function inQuotes(place: Spot, name: string): Spot {
  const { doc, span } = place;
  const start = doc.text.indexOf(name, span.start);
  return start === -1 || start > span.end ? place : { doc, span: { start, end: start + name.length } };
}

function nameOf({ node, at }: EnvironmentVariable): Spot {
  const name = node.kind === "map" ? scalarAt(node, "name") : undefined;
  return name ? spotOf(name) : at;
}

function canRemove({ node }: EnvironmentVariable): boolean {
  return node.kind === "map" && node.get("name") !== undefined && listOf(node) !== undefined;
}

function listOf(item: EnvironmentVariable["node"]): YamlSeq | undefined {
  return nodesAt(spotOf(item)).find(
    (node): node is YamlSeq => node.kind === "seq" && node.items.includes(item),
  );
}

/** The last variable takes the field with it. */
function removeVariable(editor: YamlEditor, { node }: EnvironmentVariable): void {
  const list = listOf(node);
  if (!list) return;
  const path = nodesAt(spotOf(node));
  const parent = path[path.indexOf(list) - 1];
  const field = parent?.kind === "map" ? parent.entries.find(({ value }) => value === list) : undefined;
  if (list.items.length === 1 && field && parent?.kind === "map") editor.removeEntry(parent, field.key.text);
  else editor.removeItem(list, node);
}
