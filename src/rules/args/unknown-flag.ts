import { flagCatalogue } from "../../data/flags";
import { existsAt } from "../../vllm/flags";
import type { UnrecognisedArgument, VllmServer } from "../../vllm/model";
import { span } from "../../base/span";
import type { Spot } from "../../yaml/document";
import { scalarAround } from "../../yaml/locate";
import { defineRule, type FindingDetails, type Fix } from "../define";
import { closest } from "./closest";
import { versionCertainty } from "./version-claim";

export const unknownFlag = defineRule({
  id: "args/unknown-flag",
  severity: "warning",
  fix: "suggested",
  subject: "server",
  summary: "An argument is none that any release of vLLM knows.",
  why: `vLLM ends with "unrecognized arguments" when it is given an option it does not know. Besides misspelled names the usual cause is a list
item that holds both the flag and its value, \`- --dtype auto\`: no shell splits it, so the program gets one word with a space in it. Write
two items, or \`--dtype=auto\`. Names that resemble none are reported for information only: a plugin or a fork may have them.`,
  sources: [
    "vllm/utils/argparse_utils.py (FlexibleArgumentParser)",
    "https://github.com/vllm-project/vllm/issues/22072",
  ],
  check(server, report) {
    if (versionCertainty(server) === "none") return;
    for (const argument of server.engine.unrecognised) {
      const finding = joinedWords(server, argument) ?? misspelled(server, argument);
      if (finding) report(argument.at, finding);
    }
  },
});

/** `--flag value` in one list item. */
function joinedWords(server: VllmServer, { text, at }: UnrecognisedArgument): FindingDetails | undefined {
  const [, flag, value] = /^(--?[a-z][\w-]*)\s+(\S[^]*)$/i.exec(text) ?? [];
  if (flag === undefined || value === undefined || server.argumentsNode?.kind !== "list") return undefined;
  return {
    message: `\`${text}\` is one argument with a space in it; vLLM knows no such option.`,
    advice: "Make two list items of it, or join flag and value with `=`.",
    fixes: joinFix(at, flag, value.trim()),
  };
}

function joinFix(at: Spot, flag: string, value: string): readonly Fix[] {
  const scalar = scalarAround(at);
  if (!scalar || /\s/.test(value)) return [];
  return [
    {
      title: `Write \`${flag}=${value}\``,
      apply: (editor) => editor.setScalar(scalar, `${flag}=${value}`),
    },
  ];
}

function misspelled(server: VllmServer, { text, at }: UnrecognisedArgument): FindingDetails | undefined {
  const [name = ""] = text.split("=");
  if (!/^--[A-Za-z][\w-]*$/.test(name)) return undefined;
  const names = flagCatalogue.flags
    .filter((entry) => existsAt(entry, server.version.version))
    .map((entry) => entry.flag);
  const near = closest(name.replaceAll("_", "-").toLowerCase(), names);
  return {
    message: near
      ? `\`${name}\` is no option of vLLM; \`${near}\` is.`
      : `\`${name}\` is no option of any vLLM release.`,
    advice: near
      ? `Write \`${near}\`.`
      : "Look it up in the options of `vllm serve`; an unknown one ends the server.",
    severity: near ? "warning" : "info",
    fixes: near ? [renameFix(at, name, near)] : [],
  };
}

function renameFix(at: Spot, name: string, near: string): Fix {
  const flagAt = { doc: at.doc, span: span(at.span.start, at.span.start + name.length) };
  return { title: `Write \`${near}\``, apply: (editor) => editor.replace(flagAt, near) };
}
