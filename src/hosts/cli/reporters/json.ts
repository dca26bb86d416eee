import { countBySeverity, type LintReport } from "../report";

/** The contract with scripts. Lines and characters count from zero, characters in UTF-16, as in the Language Server Protocol. */
export function reportJson(report: LintReport): string {
  const findings = report.findings.map(
    ({ file, rule, severity, message, advice, range, docs, related, fixes }) => ({
      file, rule, severity, message, advice, range, docs, related, fixes,
    }),
  ); // prettier-ignore
  const problems = report.problems.map(({ shown, message, range }) => ({
    file: shown,
    message,
    range: range ?? null,
  }));
  const { findings: all, known, stale, skipped } = report;
  const summary = { ...countBySeverity(all), known, stale, skipped, problems };
  return JSON.stringify({ findings, files: report.files, summary }, null, 2) + "\n";
}
