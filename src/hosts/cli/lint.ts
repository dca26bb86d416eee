import type { Severity } from "../../rules/define";
import { booleanOf, choiceOf, parse, seeHelp, textOf } from "./arguments";
import { Baseline } from "./baseline";
import { EXIT, UsageError, type ExitCode } from "./exit";
import { withHub } from "./hub";
import { findInputs, type Inputs } from "./input";
import type { Io } from "./io";
import { FileLinter, type LintOptions, type LintPart } from "./lint-files";
import { lintInThreads, threadsFor } from "./lint-threads";
import { isAtLeast, plural, SEVERITIES, type LintReport } from "./report";
import { reportGithub } from "./reporters/github";
import { reportJson } from "./reporters/json";
import { reportSarif } from "./reporters/sarif";
import { problemLine, reportText } from "./reporters/text";

export const FORMATS = ["text", "json", "sarif", "github"] as const;
export const FAIL_ON = [...SEVERITIES, "never"] as const;

export async function lint(args: readonly string[], io: Io): Promise<ExitCode> {
  const { values, positionals } = parse("lint", args, {
    format: { type: "string" },
    "fail-on": { type: "string" },
    config: { type: "string" },
    baseline: { type: "string" },
    "write-baseline": { type: "boolean" },
    jobs: { type: "string" },
    quiet: { type: "boolean" },
    hub: { type: "boolean" },
  });
  const format = choiceOf("lint", "format", values.format, FORMATS, "text");
  const failOn = choiceOf("lint", "fail-on", values["fail-on"], FAIL_ON, "error");
  const baseline = textOf(values.baseline);
  const writesBaseline = booleanOf(values["write-baseline"]);
  if (writesBaseline && baseline === undefined)
    throw new UsageError(`--write-baseline needs --baseline FILE${seeHelp("lint")}`);
  const known = baseline === undefined || writesBaseline ? undefined : Baseline.read(baseline, io);
  const options = { config: textOf(values.config), withFixes: format === "json" || format === "sarif" };
  const jobs = jobsOf(textOf(values.jobs));
  const inputs = findInputs(positionals.length === 0 ? ["."] : positionals, io);
  const part = booleanOf(values.hub)
    ? await withHub(io, (own, hub) => new FileLinter(options, own, hub).lint(inputs.targets))
    : await lintPaths(inputs, options, jobs, io);
  const found = reportOf(inputs, part, io);
  if (baseline !== undefined && writesBaseline) return writeBaseline(baseline, found, io);
  const report = known ? withoutKnown(found, known, inputs) : found;
  print(report, { format, quiet: booleanOf(values.quiet) }, io);
  return exitCode(report, failOn);
}

function jobsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d?$/.test(text)) return Number(text);
  throw new UsageError(`--jobs must be a number from 1 to 99, not ${JSON.stringify(text)}${seeHelp("lint")}`);
}

function writeBaseline(file: string, { findings, problems }: LintReport, io: Io): ExitCode {
  for (const problem of problems) io.err(problemLine(problem));
  Baseline.write(file, findings, io);
  io.err(`vllm-k8s: ${plural(findings.length, "finding")} written to ${file}\n`);
  return problems.length > 0 ? EXIT.failure : EXIT.clean;
}

function withoutKnown(report: LintReport, baseline: Baseline, { targets }: Inputs): LintReport {
  const findings = baseline.newAmong(report.findings);
  const stale = baseline.staleAmong(report.findings, new Set(targets.map(({ path }) => path)));
  return { ...report, findings, known: report.findings.length - findings.length, stale };
}

interface Printing {
  readonly format: (typeof FORMATS)[number];
  readonly quiet: boolean;
}

function print(report: LintReport, { format, quiet }: Printing, io: Io): void {
  if (format === "json") io.out(reportJson(report));
  else if (format === "sarif") io.out(reportSarif(report, io));
  else if (format === "github") io.out(reportGithub(report, io));
  else io.out(reportText(report, { quiet, colour: hasColour(io) }));
  for (const problem of report.problems) io.err(problemLine(problem));
}

export function hasColour(io: Io): boolean {
  return io.isTerminal && !io.env.NO_COLOR && io.env.TERM !== "dumb";
}

function exitCode(report: LintReport, failOn: Severity | "never"): ExitCode {
  if (report.problems.length > 0) return EXIT.failure;
  if (failOn === "never") return EXIT.clean;
  return report.findings.some((finding) => isAtLeast(finding.severity, failOn)) ? EXIT.findings : EXIT.clean;
}

/** Without the Hub nothing has to wait, and files need not come one after another. */
function lintPaths(
  inputs: Inputs,
  options: LintOptions,
  jobs: number | undefined,
  io: Io,
): LintPart | Promise<LintPart> {
  const threads = threadsFor(inputs.targets, jobs);
  return threads < 2
    ? new FileLinter(options, io).lint(inputs.targets)
    : lintInThreads(inputs.targets, options, threads, io);
}

function reportOf(inputs: Inputs, part: LintPart, io: Io): LintReport {
  for (const path of inputs.empty) io.err(`vllm-k8s: no YAML files in ${path}\n`);
  for (const rule of part.failedRules) {
    io.err(
      `vllm-k8s: rule ${rule} failed on some input; this is a bug in vllm-k8s, its other findings stand\n`,
    );
  }
  return {
    findings: part.findings,
    known: 0,
    stale: [],
    files: inputs.targets.length,
    skipped: part.skipped,
    problems: [...inputs.problems, ...part.problems, ...part.configProblems],
  };
}
