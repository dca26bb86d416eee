import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Rule } from "../../rules/define";
import { docsPath, docsUrl } from "../../rules/docs";
import { RULES } from "../../rules/index";
import { parse, seeHelp } from "./arguments";
import { EXIT, UsageError, type ExitCode } from "./exit";
import type { Io } from "./io";
import { ruleNamed } from "./rule-named";

export function explain(args: readonly string[], io: Io): ExitCode {
  const { positionals } = parse("explain", args, {});
  const [name, ...others] = positionals;
  if (others.length > 0) throw new UsageError(`explain takes one rule${seeHelp("explain")}`);
  io.out(name === undefined ? ruleList() : pageOf(ruleNamed(name, "explain")));
  return EXIT.clean;
}

function ruleList(): string {
  const width = Math.max(0, ...RULES.map((rule) => rule.id.length));
  return RULES.map(
    ({ id, severity, summary }) => `${id.padEnd(width)}  ${severity.padEnd(7)}  ${summary}\n`,
  ).join("");
}

/** The page in the package; without one, what the rule itself tells. */
function pageOf(rule: Rule): string {
  const file = packageFile(docsPath(rule.id));
  if (file !== undefined) return readFileSync(file, "utf8");
  const sources = rule.sources.map((source) => `- ${source}`).join("\n");
  return `# ${rule.id}\n\n${rule.summary}\n\nSeverity: ${rule.severity}.\n\n${rule.why}\n\n${sources}\n\n${docsUrl(rule.id)}\n`;
}

/** The bundle lies in `dist`, the source three folders deeper. */
function packageFile(path: string): string | undefined {
  for (let folder = __dirname; ; folder = dirname(folder)) {
    const file = join(folder, path);
    if (existsSync(file)) return file;
    if (existsSync(join(folder, "package.json")) || dirname(folder) === folder) return undefined;
  }
}
