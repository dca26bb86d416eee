import { relative, resolve } from "node:path";
import type { Range } from "../../../base/text";
import type { Severity } from "../../../rules/define";
import { toSlashes } from "../input";
import type { Io } from "../io";
import type { LintReport } from "../report";
import { printable } from "../terminal";

/** GitHub knows three levels. */
const COMMANDS: Readonly<Record<Severity, string>> = {
  error: "error",
  warning: "warning",
  info: "notice",
  hint: "notice",
};

/** Workflow commands that GitHub shows as annotations beside the lines of a pull request. */
export function reportGithub(report: LintReport, io: Io): string {
  const findings = report.findings.map(({ file, range, severity, message, advice, rule, docs }) =>
    annotation(
      COMMANDS[severity],
      { ...placeOf(file, range, io), title: rule },
      [message, advice, docs].join("\n"),
    ),
  );
  const problems = report.problems.map(({ shown, range, message }) =>
    annotation(
      "error",
      { ...placeOf(shown, range, io), title: "vllm-k8s" },
      range ? message : `${shown}: ${message}`,
    ),
  );
  return [...findings, ...problems].join("");
}

type Properties = Readonly<Record<string, string | number | undefined>>;

function annotation(command: string, properties: Properties, message: string): string {
  const shown = Object.entries(properties).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${escapeProperty(printable(String(value)))}`],
  );
  return `::${command} ${shown.join(",")}::${escapeData(message.split("\n").map(printable).join("\n"))}\n`;
}

/** GitHub finds files from the root of the checkout, wherever the command ran. Columns have a meaning within one line only. */
function placeOf(file: string, range: Range | undefined, io: Io): Properties {
  const root = io.env.GITHUB_WORKSPACE;
  const path = root && !file.startsWith("<") ? toSlashes(relative(root, resolve(io.cwd, file))) : file;
  const fromRoot = path.startsWith("../") ? file : path;
  if (!range) return { file: fromRoot };
  const { start, end } = range;
  const columns = start.line === end.line ? { col: start.character + 1, endColumn: end.character + 1 } : {};
  return { file: fromRoot, line: start.line + 1, endLine: end.line + 1, ...columns };
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
