import { findFlag } from "../../data/flags";
import { schemas } from "../../data/json-options";
import type { Setting, VllmServer } from "../../vllm/model";
import { isAtLeast } from "../../vllm/version";
import type { Spot } from "../../yaml/document";
import { scalarAround } from "../../yaml/locate";
import { defineRule, type Fix, type Report } from "../define";
import { problemsIn, type JsonProblem } from "./json-problems";
import { readDotted, readWhole, type JsonSource } from "./json-source";
import { versionCertainty } from "./version-claim";

export const jsonValue = defineRule({
  id: "args/json-value",
  severity: "error",
  fix: "suggested",
  subject: "server",
  summary: "The JSON that an option takes is no JSON, or holds a key or value that vLLM does not take.",
  why: `Options such as \`--speculative-config\`, \`--kv-transfer-config\` or \`--compilation-config\` take a JSON object, whole or key by key
(\`--compilation-config.mode 3\`). Text that is no JSON ends vLLM before anything is loaded; the usual causes are a shell that has taken the
double quotes away, Python's \`True\` and single quotes, and a comma behind the last item. A value of another type, or a key that
the release does not have, ends it with a validation error; releases before 0.14 silently drop unknown keys. Keys and
values that nobody here has heard of are reported only when they look like a slip: a newer release may have them.`,
  sources: [
    "vllm/engine/arg_utils.py and vllm/config/*.py, release by release",
    "vllm/utils/argparse_utils.py (FlexibleArgumentParser)",
    "https://github.com/vllm-project/vllm/pull/30708",
    "https://docs.vllm.ai/en/latest/cli/serve.html#json-cli-arguments",
  ],
  check(server, report) {
    if (server.entry === "wrapper" || server.entry === "operator") return;
    for (const setting of server.engine.bindings) {
      const flag =
        setting.path.length === 0 ? setting.flag : setting.flag.slice(0, setting.flag.indexOf("."));
      if (setting.text === undefined || !Object.hasOwn(schemas, flag) || isGone(server, flag)) continue;
      if (setting.path.length > 0)
        reportValue(server, setting, flag, readDotted(setting, setting.text), report);
      else judgeWhole(server, setting, setting.text, report);
    }
  },
});

/** A removed option is one finding, whatever its value. */
function isGone(server: VllmServer, flag: string): boolean {
  const removed = findFlag(flag)?.removed;
  return removed !== undefined && isAtLeast(server.version.version, removed);
}

function judgeWhole(server: VllmServer, setting: Setting, text: string, report: Report): void {
  if (isNoJson(setting, text) || isKeyValueList(server, setting, text, report)) return;
  const read = readWhole(setting, text);
  if (read.kind === "value") return reportValue(server, setting, setting.flag, read.source, report);
  const { error, at } = read;
  const isStripped = setting.form === "shell" && !text.includes('"') && /[:{[]/.test(text);
  report(at, {
    message: `The value of \`${setting.spelling}\` is no JSON: ${error.reason}.`,
    advice: isStripped
      ? "The shell has taken the double quotes away: put the whole value into single quotes."
      : "vLLM ends at its start with an error about this option.",
    fixes: isStripped || error.instead === undefined ? [] : [syntaxFix(at, error.instead)],
  });
}

/** Nothing, Python's `None`, a compilation level of earlier releases, or text where vLLM takes text too. */
function isNoJson({ flag, text: given }: Setting, text: string): boolean {
  if (given === undefined || /^\s*(None)?\s*$/.test(text)) return true;
  if (flag === "--compilation-config" && /^\d$/.test(text)) return true;
  return schemas[flag]?.loose === true && !/^\s*\{/.test(text);
}

/** `image=4,video=1`, the form that releases before 0.10 took. */
function isKeyValueList(server: VllmServer, setting: Setting, text: string, report: Report): boolean {
  if (setting.flag !== "--limit-mm-per-prompt" || !/^\s*\w+=\d+(,\s*\w+=\d+)*\s*$/.test(text)) return false;
  const certainty = versionCertainty(server);
  if (certainty === "none" || !isAtLeast(server.version.version, "0.10.0")) return true;
  const json = JSON.stringify(
    Object.fromEntries(
      text
        .trim()
        .split(/,\s*/)
        .map((pair) => keyAndCount(pair)),
    ),
  ).replace(/([:,])/g, "$1 ");
  report(setting.valueAt, {
    message: `\`${setting.spelling}\` takes JSON since vLLM 0.10; \`${text}\` is the form before it.`,
    advice: `Write \`${json}\`.`,
    severity: certainty === "sure" ? "error" : "warning",
    fixes: wholeFix(setting, json),
  });
  return true;
}

function keyAndCount(pair: string): readonly [string, number] {
  const [key = "", number] = pair.split("=");
  return [key, Number(number)];
}

function reportValue(
  server: VllmServer,
  setting: Setting,
  flag: string,
  source: JsonSource,
  report: Report,
): void {
  const given = { flag, value: source.value, whole: setting.path.length === 0 };
  const problems = problemsIn(given, server.version.version, versionCertainty(server));
  for (const problem of problems) {
    const at = problem.part === "key" ? source.keyAt(problem.pointer) : source.valueAt(problem.pointer);
    report(at, {
      message: problem.message,
      advice: problem.advice,
      severity: problem.severity,
      fixes: wordFix(at, problem, setting),
    });
  }
}

/** Writes another word in the quotes that are there, however the text around escapes them. */
function wordFix(at: Spot, { instead, part }: JsonProblem, setting: Setting): readonly Fix[] {
  if (instead === undefined) return [];
  const written = at.doc.text.slice(at.span.start, at.span.end);
  const [, before, word, after] = /^((?:\\?["'])?)([\w.-]+)((?:\\?["'])?)$/.exec(written) ?? [];
  const isPart = part === "key" || setting.path.length === 0 || !/\s/.test(written);
  if (word === undefined || !isPart) return [];
  return [
    {
      title: `Write \`${instead}\``,
      apply: (editor) => editor.replace(at, `${before ?? ""}${instead}${after ?? ""}`),
    },
  ];
}

/** Only where the text stands as it is read: an escape or a fold in between would be lost. */
function syntaxFix(at: Spot, instead: string): Fix {
  const scalar = scalarAround(at);
  const text = scalar?.style === "double" ? instead.replaceAll('"', '\\"') : instead;
  return {
    title: instead === "" ? "Take the comma out" : `Write \`${instead}\``,
    apply: (editor) => editor.replace(at, text),
  };
}

function wholeFix(setting: Setting, json: string): readonly Fix[] {
  const scalar = scalarAround(setting.valueAt);
  if (setting.form !== "two-items" || !scalar) return [];
  return [{ title: `Write \`${json}\``, apply: (editor) => editor.setScalar(scalar, json) }];
}
