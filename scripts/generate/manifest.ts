import { readFileSync } from "node:fs";
import { join } from "node:path";
import { RULES } from "../../src/rules/index";
import type { Output } from "./output";
import { ruleTable } from "./rule-pages";

const ROOT = join(__dirname, "..", "..");

interface Manifest {
  contributes: { configuration: { properties: Record<string, unknown> } };
}

/** package.json with the setting `vllmK8s.rules` made anew from the list of rules. */
export function manifest(): Output {
  const json = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as Manifest;
  const severities = ["error", "warning", "info", "hint", "off"];
  json.contributes.configuration.properties["vllmK8s.rules"] = {
    type: "object",
    scope: "resource",
    markdownDescription: "%setting.rules%",
    default: {},
    additionalProperties: false,
    properties: Object.fromEntries<object>([
      ...[...new Set(RULES.map((rule) => rule.id.split("/")[0] ?? ""))].map(
        (group) => [group, { enum: severities }] as const,
      ),
      ...RULES.map(
        (rule) => [rule.id, { enum: severities, description: rule.summary, default: rule.severity }] as const,
      ),
    ]),
  };
  return { file: "package.json", text: JSON.stringify(json, null, 2) + "\n" };
}

const BEGIN = "<!-- rules: generated -->";
const END = "<!-- /rules -->";

/** README.md with its rule table made anew. */
export function readme(): Output {
  const text = readFileSync(join(ROOT, "README.md"), "utf8");
  const start = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (start === -1 || end < start) throw new Error(`README.md has no ${BEGIN} … ${END}`);
  return {
    file: "README.md",
    text: `${text.slice(0, start)}${BEGIN}\n\n${ruleTable("docs/rules/")}\n\n${text.slice(end)}`,
  };
}
