import { findFlag, type FlagEntry } from "../../data/flags";
import { canRemoveArgument } from "../../vllm/edit-arguments";
import { choicesAt, existsAt, isNegatableAt } from "../../vllm/flags";
import type { Setting, VllmServer } from "../../vllm/model";
import { parseFloatNumber, parseInteger, parseSize } from "../../vllm/numbers";
import { isAtLeast } from "../../vllm/version";
import type { YamlEditor } from "../../yaml/edit";
import { scalarAround } from "../../yaml/locate";
import { defineRule, type FindingDetails, type Fix } from "../define";
import { closest } from "./closest";
import { dropValue } from "./switch-value";
import { versionCertainty } from "./version-claim";

export const invalidValue = defineRule({
  id: "args/invalid-value",
  severity: "error",
  fix: "suggested",
  subject: "server",
  summary: "An option has a value of another type than it takes, a choice it does not have, or none.",
  why: `vLLM's parser turns each value into the option's type and ends the process when it cannot: "invalid int value", "invalid choice",
"expected one argument". Whole numbers of tokens may be written \`32k\` (32,000) or \`32K\` (32,768) where the option counts tokens, nowhere else.
Since v0.9 a switch takes no value: \`--flag=true\` ends the process, \`--flag true\` makes \`true\` a stray word. Its opposite is \`--no-flag\`.`,
  sources: [
    "vllm/engine/arg_utils.py (human_readable_int, get_kwargs), release by release",
    "vllm/utils/argparse_utils.py (FlexibleArgumentParser)",
    "https://docs.python.org/3/library/argparse.html#argparse.BooleanOptionalAction",
  ],
  check(server, report) {
    const { entry: program, engine } = server;
    if (program === "wrapper" || program === "operator") return;
    for (const setting of engine.bindings) {
      const entry = setting.path.length === 0 ? findFlag(setting.flag) : undefined;
      if (!entry || setting.text === undefined || !isGivenAsWord(setting)) continue;
      if (!existsAt(entry, server.version.version)) continue;
      const finding = judge(server, setting, setting.text, entry);
      if (finding) report(setting.valueAt, finding);
    }
  },
});

/** Charts and config files write values their own way. */
function isGivenAsWord({ form, spelling, origin }: Setting): boolean {
  return form !== "map" && form !== "environment" && spelling !== "" && origin.kind !== "config-file";
}

function judge(
  server: VllmServer,
  setting: Setting,
  text: string,
  entry: FlagEntry,
): FindingDetails | undefined {
  const hasValue = setting.valueAt !== setting.flagAt;
  if (entry.type === "bool") return hasValue ? switchWithValue(server, setting, text, entry) : undefined;
  if (!hasValue) return missingValue(setting, entry);
  if (entry.type === "enum") return notAChoice(server, setting, text, entry);
  const wanted = EXPECTED[entry.type];
  if (!wanted || wanted.fits(text) || isWord(text, entry)) return undefined;
  return {
    message: `\`${setting.spelling}\` takes ${wanted.name}, not \`${text}\`.`,
    advice: numberHint(text, entry),
    fixes: numberFix(setting, text, entry),
  };
}

const EXPECTED: Readonly<
  Record<string, { readonly name: string; readonly fits: (text: string) => boolean } | undefined>
> = {
  int: { name: "a whole number", fits: (text) => parseInteger(text) !== undefined },
  size: {
    name: "a whole number, or one like `32k`",
    fits: (text) => parseSize(text) !== undefined,
  },
  float: {
    name: "a number",
    fits: (text) => parseFloatNumber(text) !== undefined || /^\s*[+-]?(inf|infinity|nan)\s*$/i.test(text),
  },
};

/** What the option takes beside numbers; most read an empty text and `None` as not given. */
function isWord(text: string, entry: FlagEntry): boolean {
  return text === "" || text === "None" || (entry.words ?? []).includes(text);
}

/** `32k` where only digits count, and `4096.0`. */
function plainNumber(text: string): number | undefined {
  const size = parseSize(text) ?? parseFloatNumber(text.replaceAll(/[,\s]/g, ""));
  return size !== undefined && Number.isSafeInteger(size) ? size : undefined;
}

function numberHint(text: string, entry: FlagEntry): string {
  const number = plainNumber(text);
  return entry.type !== "float" && number !== undefined
    ? `Write \`${number}\`.`
    : 'vLLM ends at its start with "invalid value".';
}

function numberFix(setting: Setting, text: string, entry: FlagEntry): readonly Fix[] {
  const number = plainNumber(text);
  return entry.type === "float" || number === undefined ? [] : [rewrite(setting, String(number))];
}

function rewrite(setting: Setting, value: string): Fix {
  return {
    title: `Write \`${value}\``,
    apply(editor: YamlEditor) {
      const scalar = scalarAround(setting.valueAt);
      const isWhole = setting.form === "two-items" && scalar !== undefined;
      if (isWhole) editor.setScalar(scalar, value);
      else editor.replace(setting.valueAt, value);
    },
  };
}

function missingValue(setting: Setting, entry: FlagEntry): FindingDetails | undefined {
  if (entry.type === "optional" || setting.negated) return undefined;
  return {
    message: `\`${setting.spelling}\` has no value.`,
    advice: 'Give it one, or take it out: vLLM ends with "expected one argument".',
  };
}

/** Before the release that made it negatable, a switch could take a value. */
function switchWithValue(
  server: VllmServer,
  setting: Setting,
  text: string,
  entry: FlagEntry,
): FindingDetails | undefined {
  const { version } = server.version;
  if (versionCertainty(server) === "none") return undefined;
  if (entry.negatable !== undefined && !isNegatableAt(entry, version)) return undefined;
  const isOn = !/^(false|0|no|off)$/i.test(text);
  const instead = isOn
    ? setting.spelling
    : isNegatableAt(entry, version)
      ? `--no-${entry.flag.slice(2)}`
      : undefined;
  const isNoWord = !/^(true|false|1|0|yes|no|on|off)$/i.test(text);
  return {
    message: `\`${setting.spelling}\` is a switch and takes no value; \`${text}\` ends vLLM.`,
    advice:
      instead === undefined ? "Take it out: without it the switch is off." : `Write \`${instead}\` alone.`,
    severity: versionCertainty(server) === "sure" ? "error" : "warning",
    fixes: isNoWord || !canRemoveArgument(setting) ? [] : dropValue(setting, instead),
  };
}

/** The newest release whose choices were read from its source. */
const CHOICES_READ = "0.29.0";

function notAChoice(
  server: VllmServer,
  setting: Setting,
  text: string,
  entry: FlagEntry,
): FindingDetails | undefined {
  const { version } = server.version;
  const choices = choicesAt(entry, version)?.map(String);
  // A rank that is none of the choices is a matter of adapters.
  if (!choices || choices.includes(text) || entry.choicesOpen || entry.flag === "--max-lora-rank")
    return undefined;
  const certainty = versionCertainty(server);
  const near =
    choices.find((choice) => choice === OTHER_NAMES[text.toLowerCase()]) ??
    closest(text.toLowerCase(), choices);
  const isLater = (entry.choices ?? []).map(String).includes(text);
  const isFirm =
    certainty === "sure" && (isLater || entry.choicesHistory !== undefined || FIXED.has(entry.flag));
  if (certainty === "none" || (near === undefined && (!isFirm || isAtLeast(version, CHOICES_READ))))
    return undefined;
  return {
    message: `\`${setting.spelling}\` has no choice \`${text}\`${isLater ? " in this release" : ""}; it has ${listed(choices)}.`,
    advice: near === undefined ? "Take one of these." : `Write \`${near}\`.`,
    severity: isFirm ? "error" : "warning",
    fixes: near === undefined ? [] : [rewrite(setting, near)],
  };
}

/** What other programs call the number formats. */
const OTHER_NAMES: Readonly<Record<string, string>> = { bf16: "bfloat16", fp16: "float16", fp32: "float32" };

/** Options whose choices have been the same since they exist. */
const FIXED = new Set([
  "--dtype",
  "--scheduling-policy",
  "--uvicorn-log-level",
  "--chat-template-content-format",
]);

function listed(choices: readonly string[]): string {
  const shown = choices.slice(0, 8).map((choice) => `\`${choice}\``);
  return choices.length > shown.length ? `${shown.join(", ")} and others` : shown.join(", ");
}
