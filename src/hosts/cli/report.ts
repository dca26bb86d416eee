import type { Range } from "../../base/text";
import type { Severity } from "../../rules/define";
import type { InputProblem } from "./input";
import type { Skipped } from "./project";

/** What `lint` found, with paths as people see them; each reporter writes this. */
export interface LintReport {
  readonly findings: readonly ReportedFinding[];
  /** How many more the baseline knows. */
  readonly known: number;
  /** What the baseline knows and is no longer there. */
  readonly stale: readonly StaleFinding[];
  /** How many files were looked at. */
  readonly files: number;
  readonly skipped: readonly Skipped[];
  /** Unreadable inputs, and what is wrong in config files. */
  readonly problems: readonly InputProblem[];
}

export interface ReportedFinding {
  readonly file: string;
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly advice: string;
  readonly range: Range;
  readonly docs: string;
  readonly related: readonly { readonly file: string; readonly range: Range; readonly message: string }[];
  readonly fixes: readonly ReportedFix[];
  readonly fixable: boolean;
  /** The line the finding begins on. */
  readonly sourceLine: string;
}

export interface StaleFinding {
  readonly file: string;
  readonly rule: string;
  readonly count: number;
}

export interface ReportedFix {
  readonly title: string;
  readonly safe: boolean;
  readonly edits: readonly { readonly file: string; readonly range: Range; readonly newText: string }[];
}

/** From worst to least. */
export const SEVERITIES: readonly Severity[] = ["error", "warning", "info", "hint"];

export function countBySeverity(
  findings: readonly { readonly severity: Severity }[],
): Record<Severity, number> {
  const counts = { error: 0, warning: 0, info: 0, hint: 0 };
  for (const { severity } of findings) counts[severity]++;
  return counts;
}

export function isAtLeast(severity: Severity, floor: Severity): boolean {
  return SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(floor);
}

export function plural(count: number, one: string, many = one + "s"): string {
  return `${count} ${count === 1 ? one : many}`;
}
