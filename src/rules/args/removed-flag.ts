import { findFlag, type FlagEntry } from "../../data/flags";
import { canRemoveArgument, removeArgument } from "../../vllm/edit-arguments";
import type { Setting, VllmServer } from "../../vllm/model";
import { formatVersion, isAtLeast } from "../../vllm/version";
import type { YamlEditor } from "../../yaml/edit";
import { defineRule, type Fix, type Report } from "../define";
import { versionCertainty, type Certainty } from "./version-claim";

/** Options whose successor takes the same value: the name is all that changes. */
const RENAMED: ReadonlyMap<string, string> = new Map([
  ["--override-pooler-config", "--pooler-config"],
  ["--dcp-kv-cache-interleave-size", "--cp-kv-cache-interleave-size"],
  ["--cuda-graph-sizes", "--cudagraph-capture-sizes"],
  ["--forced-num-gpu-blocks", "--num-gpu-blocks-override"],
  ["--chat-template-text-format", "--chat-template-content-format"],
]);

/** Options that asked for what has become the default: without them the server does the same. */
const NOW_DEFAULT = new Set(["--disable-log-requests", "--use-v2-block-manager", "--enable-reasoning"]);

export const removedFlag = defineRule({
  id: "args/removed-flag",
  severity: "error",
  fix: "suggested",
  subject: "server",
  summary: "The vLLM release of the image no longer has an option, and exits on it.",
  why: `vLLM's parser knows only the options of its own release. One that was removed ends the process with "unrecognized arguments"
before anything is loaded, so the pod crash-loops from the day the image is moved. A deprecated option still works and warns in the
log. With an image whose release is not known (\`latest\`) the finding is a warning about the newest release.`,
  sources: [
    "vllm/engine/arg_utils.py and vllm/entrypoints/openai/cli_args.py, release by release",
    "https://github.com/vllm-project/vllm/pull/21739",
    "https://github.com/vllm-project/vllm/pull/36216",
    "https://github.com/kserve/kserve/issues/4883",
  ],
  check(server, report) {
    const certainty = versionCertainty(server);
    if (certainty === "none") return;
    for (const setting of server.engine.bindings) {
      const entry = setting.path.length === 0 ? findFlag(setting.flag) : undefined;
      const inConfigFile = setting.origin.kind === "config-file" || setting.form === "map";
      if (entry && !inConfigFile) judge(server, setting, entry, certainty, report);
    }
  },
});

function judge(
  server: VllmServer,
  setting: Setting,
  entry: FlagEntry,
  certainty: Certainty,
  report: Report,
): void {
  const { version } = server.version;
  const { removed, deprecated } = entry;
  const isGone = removed !== undefined && isAtLeast(version, removed) && !entry.removalAnnounced;
  const isGoing = deprecated !== undefined && isAtLeast(version, deprecated) && certainty === "sure";
  if (!isGone && !isGoing) return;
  const replacement = entry.replacedBy === undefined ? "" : `; \`${entry.replacedBy}\` takes its place`;
  const written = `\`${setting.spelling}\``;
  report(setting.flagAt, {
    message: isGone
      ? `${written} was removed in vLLM ${removed}${certainty === "sure" ? `; this image has ${formatVersion(version)}` : ""}.`
      : `${written} is deprecated since vLLM ${deprecated}${removed ? ` and removed in ${removed}` : ""}.`,
    advice: `${adviceFor(entry, setting)}${replacement}${entry.note ? ` (${entry.note})` : ""}.`,
    severity: isGone && certainty === "sure" && !entry.inferred ? "error" : isGone ? "warning" : "info",
    fixes: fixesFor(setting, entry),
  });
}

function adviceFor(entry: FlagEntry, setting: Setting): string {
  const renamed = RENAMED.get(entry.flag);
  if (renamed) return `Write \`${renamed}\` instead of \`${setting.spelling}\``;
  return NOW_DEFAULT.has(entry.flag) ? "Take it out: the default does the same" : "Take it out";
}

function fixesFor(setting: Setting, entry: FlagEntry): readonly Fix[] {
  const renamed = RENAMED.get(entry.flag);
  if (renamed) {
    return [
      {
        title: `Rename to \`${renamed}\``,
        apply: (editor: YamlEditor) => editor.replace(setting.flagAt, renamed),
      },
    ];
  }
  if (!canRemoveArgument(setting)) return [];
  return [
    {
      title: `Remove \`${setting.spelling}\``,
      safe: NOW_DEFAULT.has(entry.flag) && entry.flag !== "--enable-reasoning",
      apply: (editor) => removeArgument(editor, setting),
    },
  ];
}
