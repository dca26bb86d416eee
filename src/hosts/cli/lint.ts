import { TextIndex, type Range } from "../../base/text";
import type { Severity } from "../../rules/define";
import type { Diagnostic, FixAction } from "../../service";
import { booleanOf, choiceOf, parse, textOf } from "./arguments";
import { ConfigFinder } from "./config";
import { EXIT, type ExitCode } from "./exit";
import { withHub, type HubModels } from "./hub";
import { findInputs, type Target } from "./input";
import type { Io } from "./io";
import { Project, type OpenFolder } from "./project";
import { isAtLeast, SEVERITIES, type LintReport, type ReportedFinding, type ReportedFix } from "./report";
import { reportGithub } from "./reporters/github";
import { reportJson } from "./reporters/json";
import { reportSarif } from "./reporters/sarif";
import { problemLine, reportText } from "./reporters/text";

export const FORMATS = ["text", "json", "sarif", "github"] as const;
export const FAIL_ON = [...SEVERITIES, "never"] as const;

export function lint(args: readonly string[], io: Io): ExitCode | Promise<ExitCode> {
  const { values, positionals } = parse("lint", args, {
    format: { type: "string" },
    "fail-on": { type: "string" },
    config: { type: "string" },
    quiet: { type: "boolean" },
    hub: { type: "boolean" },
  });
  const format = choiceOf("lint", "format", values.format, FORMATS, "text");
  const failOn = choiceOf("lint", "fail-on", values["fail-on"], FAIL_ON, "error");
  const quiet = booleanOf(values.quiet);
  const options = { config: textOf(values.config), withFixes: format === "json" || format === "sarif" };
  const run = (own: Io, hub?: HubModels): ExitCode => {
    const report = lintPaths(positionals, options, own, hub);
    print(report, { format, quiet }, own);
    return exitCode(report, failOn);
  };
  return booleanOf(values.hub) ? withHub(io, run) : run(io);
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

interface LintOptions {
  readonly config: string | undefined;
  /** Edits of fixes are worked out only for those who print them. */
  readonly withFixes: boolean;
}

export function lintPaths(
  paths: readonly string[],
  options: LintOptions,
  io: Io,
  hub?: HubModels,
): LintReport {
  const inputs = findInputs(paths.length === 0 ? ["."] : paths, io);
  const config = new ConfigFinder(io, options.config);
  const project = new Project(io, config, hub);
  const findings: ReportedFinding[] = [];
  for (const folder of project.folders(inputs.targets)) {
    for (const target of folder.targets)
      findings.push(...findingsOf(target, folder, project, options.withFixes));
  }
  for (const path of inputs.empty) io.err(`vllm-k8s: no YAML files in ${path}\n`);
  for (const rule of project.failedRules) {
    io.err(
      `vllm-k8s: rule ${rule} failed on some input; this is a bug in vllm-k8s, its other findings stand\n`,
    );
  }
  return {
    findings,
    files: inputs.targets.length,
    skipped: project.skipped,
    problems: [...inputs.problems, ...project.problems, ...config.problems],
  };
}

function findingsOf(
  target: Target,
  folder: OpenFolder,
  project: Project,
  withFixes: boolean,
): ReportedFinding[] {
  const diagnostics = project.ask(target, [], (service) => service.diagnostics(target.path));
  if (diagnostics.length === 0) return [];
  const index = new TextIndex(folder.texts.get(target.path)?.text ?? "");
  const fixes = withFixes
    ? fixesByFinding(project.ask(target, [], (service) => service.fixes(target.path)))
    : undefined;
  const shown = (path: string): string => (path === target.path ? target.shown : project.shown(path));
  return diagnostics.map((diagnostic) => ({
    file: target.shown,
    rule: diagnostic.rule,
    severity: diagnostic.severity,
    message: oneLine(diagnostic.message),
    advice: oneLine(diagnostic.advice),
    range: diagnostic.range,
    docs: diagnostic.docs,
    related: diagnostic.related.map(({ path, range, message }) => ({
      file: shown(path),
      range,
      message: oneLine(message),
    })),
    fixes: (fixes?.get(keyOf(diagnostic)) ?? []).map((fix) => reportedFix(fix, shown)),
    fixable: diagnostic.fixable,
    sourceLine: index.lineText(diagnostic.range.start.line),
  }));
}

function reportedFix({ title, safe, edits }: FixAction, shown: (path: string) => string): ReportedFix {
  return {
    title,
    safe,
    edits: edits.map(({ path, range, newText }) => ({ file: shown(path), range, newText })),
  };
}

function keyOf({ rule, range }: Pick<Diagnostic, "rule"> & { readonly range: Range }): string {
  return JSON.stringify([rule, range]);
}

function fixesByFinding(fixes: readonly FixAction[]): ReadonlyMap<string, readonly FixAction[]> {
  const found = new Map<string, FixAction[]>();
  for (const fix of fixes) {
    const list = found.get(keyOf(fix));
    if (list) list.push(fix);
    else found.set(keyOf(fix), [fix]);
  }
  return found;
}

/** A message quotes values from manifests, and those can hold line breaks. */
function oneLine(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, " ");
}
