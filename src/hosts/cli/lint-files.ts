import { TextIndex, type Range } from "../../base/text";
import type { Diagnostic, FixAction } from "../../service";
import { ConfigFinder } from "./config";
import type { HubModels } from "./hub";
import type { InputProblem, Target } from "./input";
import type { Io } from "./io";
import { Project, type OpenFolder, type Skipped } from "./project";
import type { ReportedFinding, ReportedFix } from "./report";

export interface LintOptions {
  readonly config: string | undefined;
  /** Edits of fixes are worked out only for those who print them. */
  readonly withFixes: boolean;
}

/** What was found in some files; plain data, so that it can come from another thread. */
export interface LintPart {
  readonly findings: readonly ReportedFinding[];
  readonly skipped: readonly Skipped[];
  readonly problems: readonly InputProblem[];
  readonly configProblems: readonly InputProblem[];
  readonly failedRules: readonly string[];
}

/** Looks at files here and now, folder after folder. */
export class FileLinter {
  private readonly config: ConfigFinder;
  /** How many problems of config files were told. */
  private told = 0;

  constructor(
    private readonly options: LintOptions,
    private readonly io: Io,
    private readonly hub?: HubModels,
  ) {
    this.config = new ConfigFinder(io, options.config);
  }

  /** A config file is read once, and its problems are told with the first files that it counts for. */
  lint(targets: readonly Target[]): LintPart {
    const toldBefore = this.told;
    const project = new Project(this.io, this.config, this.hub);
    const findings: ReportedFinding[] = [];
    for (const folder of project.folders(targets)) {
      for (const target of folder.targets)
        findings.push(...findingsOf(target, folder, project, this.options.withFixes));
    }
    this.told = this.config.problems.length;
    return {
      findings,
      skipped: project.skipped,
      problems: project.problems,
      configProblems: this.config.problems.slice(toldBefore),
      failedRules: [...project.failedRules],
    };
  }
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
