import type { InputProblem } from "../input";
import { countBySeverity, plural, SEVERITIES, type LintReport, type ReportedFinding } from "../report";
import { blank, columnsOf, printable, style, type Style } from "../terminal";

interface TextOptions {
  /** Findings only, one line each. */
  readonly quiet: boolean;
  readonly colour: boolean;
}

/**
 * For people, and for problem matchers: each finding begins with one line of
 * `file:line:column  severity  message  rule`, and everything about it is indented below.
 */
export function reportText(report: LintReport, { quiet, colour }: TextOptions): string {
  const styled = style(colour);
  if (quiet) return report.findings.map((finding) => headline(finding, styled) + "\n").join("");
  const skipped = report.skipped.map(({ file, reason }) => `${printable(file)}  not looked at: ${reason}\n`);
  return [
    ...report.findings.map((finding) => block(finding, styled)),
    ...skipped,
    summary(report, styled),
  ].join("");
}

/** `file:line:column  error  message`, for what is no finding. */
export function problemLine({ shown, range, message }: InputProblem): string {
  const place = range ? `:${range.start.line + 1}:${range.start.character + 1}` : "";
  return range
    ? `${printable(shown)}${place}  error  ${printable(message)}\n`
    : `vllm-k8s: ${printable(shown)}: ${printable(message)}\n`;
}

function headline({ file, range, severity, message, rule }: ReportedFinding, styled: Style): string {
  const place = `${printable(file)}:${range.start.line + 1}:${range.start.character + 1}`;
  return [styled.bold(place), styled[severity](severity), printable(message), styled.dim(rule)].join("  ");
}

function block(finding: ReportedFinding, styled: Style): string {
  const number = String(finding.range.start.line + 1);
  const margin = " ".repeat(number.length);
  const { line, marks } = excerpt(finding);
  const notes = [
    finding.advice,
    ...finding.related.map(
      ({ file, range, message }) =>
        `${printable(file)}:${range.start.line + 1}:${range.start.character + 1}: ${message}`,
    ),
  ].filter((note) => note !== "");
  const lines = [
    headline(finding, styled),
    `  ${styled.dim(`${number} |`)} ${line}`,
    `  ${styled.dim(`${margin} |`)} ${styled[finding.severity](marks)}`,
    ...notes.map((note) => `  ${styled.dim(`${margin} =`)} ${printable(note)}`),
  ];
  return lines.map((text) => text.trimEnd() + "\n").join("") + "\n";
}

/** The longest part of a source line that is shown. */
const MAX_WIDTH = 140;

/** The source line with carets below the finding; of a very long line, the part around it. */
function excerpt({ sourceLine, range }: ReportedFinding): { line: string; marks: string } {
  const start = Math.min(range.start.character, sourceLine.length);
  const isOneLine = range.end.line === range.start.line;
  const end = isOneLine
    ? Math.max(start, Math.min(range.end.character, sourceLine.length))
    : sourceLine.trimEnd().length;
  const from = sourceLine.length <= MAX_WIDTH ? 0 : Math.max(0, start - MAX_WIDTH / 4);
  const to = Math.min(sourceLine.length, from + MAX_WIDTH);
  const before = (from > 0 ? "…" : "") + sourceLine.slice(from, start);
  const marked = sourceLine.slice(start, Math.min(end, to));
  const line = before + sourceLine.slice(start, to) + (to < sourceLine.length ? "…" : "");
  return {
    line: printable(line),
    marks: blank(printable(before)) + "^".repeat(Math.max(1, columnsOf(marked))),
  };
}

function summary(report: LintReport, styled: Style): string {
  const files = plural(report.files, "file");
  const known = baselineText(report);
  if (report.findings.length === 0)
    return `No ${report.known === 0 ? "" : "new "}findings in ${files}.\n${known}`;
  const counts = countBySeverity(report.findings);
  const parts = SEVERITIES.filter((severity) => counts[severity] > 0).map((severity) =>
    styled[severity](severity === "info" ? `${counts.info} info` : plural(counts[severity], severity)),
  );
  const fixable = report.findings.filter((finding) => finding.fixable).length;
  const fixes = fixable === 0 ? "" : `${fixable} of them can be fixed: see \`vllm-k8s fix --help\`.\n`;
  return `${plural(report.findings.length, "finding")} in ${files}: ${parts.join(", ")}.\n${fixes}${known}`;
}

function baselineText({ known, stale }: LintReport): string {
  const leftOut = known === 0 ? "" : `${plural(known, "finding")} of the baseline left out.\n`;
  if (stale.length === 0) return leftOut;
  const total = stale.reduce((sum, { count }) => sum + count, 0);
  const lines = stale.map(({ file, rule, count }) => `  ${file}  ${rule}${count > 1 ? ` (${count})` : ""}\n`);
  const verb = total === 1 ? "is" : "are";
  return `${leftOut}${total} of the baseline ${verb} no longer found; --write-baseline takes ${total === 1 ? "it" : "them"} out:\n${lines.join("")}`;
}
