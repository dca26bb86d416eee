import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { docsPath } from "../../src/rules/docs";
import type { Rule } from "../../src/rules/define";
import { RULES } from "../../src/rules/index";
import { readFixture } from "../../test/rules/fixture";
import type { Output } from "./output";

const FIXTURES = join(__dirname, "..", "..", "test", "rules");

const FIX_TEXT: Readonly<Record<Rule["fix"], string>> = {
  safe: "Quick fix, part of fix-on-save.",
  suggested: "Quick fix, to be chosen by a person.",
  none: "No automatic fix.",
};

/** A page for each rule, from the rule itself and its fixtures, and the index of all. */
export function rulePages(): readonly Output[] {
  const pages = RULES.map((rule) => ({ file: docsPath(rule.id), text: page(rule) }));
  return [...pages, { file: "docs/rules/README.md", text: `# Rules\n\n${ruleTable("")}\n` }];
}

/** The table of all rules; links start at `base`. */
export function ruleTable(base: string): string {
  const rows = RULES.map(
    (rule) =>
      `| [${rule.id}](${base}${rule.id}.md) | ${rule.severity} | ${rule.fix === "none" ? "" : rule.fix} | ${rule.summary} |`,
  );
  return ["| rule | severity | fix | what it finds |", "|---|---|---|---|", ...rows].join("\n");
}

function page(rule: Rule): string {
  return [
    `# ${rule.id}`,
    `${rule.summary}`,
    `**Severity:** ${rule.severity}. ${FIX_TEXT[rule.fix]}`,
    `## Why\n\n${rule.why}`,
    ...examples(rule),
    configuration(rule),
    `## Sources\n\n${rule.sources.map((source) => `- ${linked(source)}`).join("\n")}`,
  ]
    .join("\n\n")
    .concat("\n");
}

function examples(rule: Rule): readonly string[] {
  const wrong = fixture(rule, ["hit.yaml"]);
  const right = fixture(rule, ["hit.fixed.yaml", "clean.yaml"]);
  return [
    wrong === undefined ? "" : `## Wrong\n\n\`\`\`yaml\n${wrong}\n\`\`\``,
    right === undefined ? "" : `## Right\n\n\`\`\`yaml\n${right}\n\`\`\``,
  ].filter((part) => part !== "");
}

/** The first of these fixtures that is there, else the first of its sort by name. */
function fixture(rule: Rule, names: readonly string[]): string | undefined {
  const folder = join(FIXTURES, rule.id);
  if (!existsSync(folder)) return undefined;
  const files = readdirSync(folder).sort();
  const name =
    names.find((n) => files.includes(n)) ??
    names.map((n) => files.find((f) => sortOf(f) === sortOf(n))).find((f) => f !== undefined);
  return name && readFixture(readFileSync(join(folder, name), "utf8")).text.trim();
}

function sortOf(file: string): string {
  return `${file.split(/[.-]/)[0]}${file.endsWith(".fixed.yaml") ? ".fixed" : ""}`;
}

function configuration(rule: Rule): string {
  return [
    "## Configuration",
    "In the editor's settings or in `.vllm-k8s.yaml`:",
    "```yaml\nrules:\n  " + rule.id + ": off   # or error, warning, info, hint\n```",
    "For one place, above the line:",
    "```yaml\n# vllm-k8s-ignore-next-line " + rule.id + " -- the reason\n```",
  ].join("\n\n");
}

function linked(source: string): string {
  return /^https?:\/\/\S+$/.test(source) ? `<${source}>` : source;
}
