import { areFresh, isSame, Tracker, type Dependency } from "../../base/tracked";
import type { Finding, FindingDetails, Rule, SubjectName, Subjects } from "../../rules/define";
import type { RuleContext } from "../../rules/context";
import { RULES } from "../../rules/index";
import type { VllmServer } from "../../vllm/model";
import type { SourceDocument, Spot } from "../../yaml/document";
import { scalarAround } from "../../yaml/locate";
import type { DocumentModel, Folder } from "../workspace/folder";
import { severityFor, type Settings } from "../settings/settings";
import { isSuppressed, suppressionsOf } from "./suppression";
import type { SourceFile } from "../workspace/workspace";

type SubjectLists = { readonly [S in SubjectName]: readonly Subjects[S][] };

/** What one rule found in one document, and what it asked about the surroundings. */
interface RuleRun {
  readonly findings: readonly Finding[];
  readonly dependencies: readonly Dependency[];
}

const NOTHING_FOUND: RuleRun = { findings: [], dependencies: [] };

interface DocumentRun {
  readonly model: DocumentModel;
  readonly servers: readonly VllmServer[];
  /** In the order of the rules. */
  readonly runs: readonly RuleRun[];
  /** All that the runs rest on beside their subjects. */
  readonly dependencies: readonly Dependency[];
  readonly findings: readonly Finding[];
}

/** What is shown of one document, and where that begins now. */
export interface FoundIn {
  readonly offset: number;
  readonly findings: readonly Finding[];
}

interface Chosen {
  readonly rules: Settings["rules"];
  readonly findings: readonly Finding[];
}

/** Runs the rules, document by document, and remembers what each gave until an answer it rested on has changed. */
export class Diagnostics {
  private readonly cache = new WeakMap<SourceDocument, DocumentRun>();
  private readonly chosen = new WeakMap<readonly Finding[], Chosen>();

  constructor(
    /** Told of a rule that threw: its other findings stand, the person sees nothing of it. */
    private readonly onRuleFailure: (rule: string, error: unknown) => void,
  ) {}

  /** All findings of a file that are switched on and not suppressed, by document and in text order. */
  of(file: SourceFile, folder: Folder, settings: Settings, today: string): readonly FoundIn[] {
    if (folder.isQuiet()) return [];
    const suppressions = suppressionsOf(file);
    return file.documents.map(({ source, offset }) => {
      const switchedOn = this.switchedOn(this.inDocument(source, file, folder), settings);
      if (suppressions.length === 0) return { offset, findings: switchedOn };
      const isShown = (finding: Finding): boolean =>
        !isSuppressed(finding.rule.id, anchorLines(finding.at, offset, file), suppressions, today);
      return { offset, findings: switchedOn.filter(isShown) };
    });
  }

  /** With the severities of the settings. The same list is given again while neither findings nor settings have changed. */
  private switchedOn(found: readonly Finding[], settings: Settings): readonly Finding[] {
    const known = this.chosen.get(found);
    if (known?.rules === settings.rules) return known.findings;
    const findings = found.flatMap((finding) => {
      const severity = severityFor(finding.rule.id, finding.severity, settings);
      if (severity === undefined) return [];
      return severity === finding.severity ? finding : { ...finding, severity };
    });
    this.chosen.set(found, { rules: settings.rules, findings });
    return findings;
  }

  private inDocument(doc: SourceDocument, file: SourceFile, folder: Folder): readonly Finding[] {
    const servers = folder.serversIn(doc, file);
    const model = folder.model(doc, file);
    const cached = this.cache.get(doc);
    const known = cached?.model === model ? cached : undefined;
    const serversStand = known !== undefined && isSame(known.servers, servers);
    if (serversStand && areFresh(known.dependencies)) return known.findings;
    const subjects = { server: servers, scaler: model.scalers, query: model.queries, object: model.objects };
    const runner = new RuleRunner(doc, subjects, folder, this.onRuleFailure);
    const runs = RULES.map((rule, i) => {
      const earlier = rule.subject !== "server" || serversStand ? known?.runs[i] : undefined;
      return earlier && areFresh(earlier.dependencies) ? earlier : runner.run(rule);
    });
    const findings = runs
      .flatMap((run) => run.findings)
      .sort((a, b) => a.at.span.start - b.at.span.start || a.at.span.end - b.at.span.end);
    this.cache.set(doc, { model, servers, runs, dependencies: dependenciesOf(runs), findings });
    return findings;
  }
}

/** Each question once, however many rules ask it. */
function dependenciesOf(runs: readonly RuleRun[]): readonly Dependency[] {
  const byQuestion = new Map(
    runs.flatMap(({ dependencies }) => dependencies.map((each) => [each.question, each] as const)),
  );
  return [...byQuestion.values()];
}

/** Runs rules on one document, each with the questions it asks noted apart. */
class RuleRunner {
  private readonly tracker = new Tracker();
  private readonly context: RuleContext;
  private problems: SourceDocument["problems"] | undefined;

  constructor(
    private readonly doc: SourceDocument,
    private readonly subjects: SubjectLists,
    folder: Folder,
    private readonly onFailure: (rule: string, error: unknown) => void,
  ) {
    this.context = { view: folder.viewFor(this.tracker), plan: folder.plans.plan, load: folder.plans.load };
  }

  run(rule: Rule): RuleRun {
    const subjects = this.subjects[rule.subject];
    if (subjects.length === 0) return NOTHING_FOUND;
    const findings: Finding[] = [];
    const report = (at: Spot, details: FindingDetails): void => {
      if (at.doc === this.doc && !this.isCutShort(at)) findings.push(makeFinding(rule, at, details));
    };
    try {
      for (const subject of subjects) rule.check(subject, report, this.context);
    } catch (error) {
      this.onFailure(rule.id, error);
    }
    return { findings, dependencies: this.tracker.take() };
  }

  /** Where the parser stopped understanding, a scalar is not what its author wrote: a quote too many ends it early. */
  private isCutShort(at: Spot): boolean {
    const problems = (this.problems ??= this.doc.problems);
    const scalar = problems.length === 0 ? undefined : scalarAround(at);
    return (
      scalar !== undefined &&
      problems.some(({ span }) => span.start <= scalar.span.end + 1 && scalar.span.start <= span.end)
    );
  }
}

function makeFinding(rule: Rule, at: Spot, details: FindingDetails): Finding {
  let fixes = typeof details.fixes === "function" ? undefined : (details.fixes ?? []);
  return {
    ...details,
    rule,
    at,
    severity: details.severity ?? rule.severity,
    fixes: () => (fixes ??= typeof details.fixes === "function" ? details.fixes() : []),
  };
}

/** The finding's own line and the first line of the scalar it is in: a script in a block scalar has no room for comments. */
function anchorLines(at: Spot, offset: number, file: SourceFile): readonly number[] {
  const own = file.index.positionAt(offset + at.span.start).line;
  const scalar = scalarAround(at);
  return scalar === undefined ? [own] : [own, file.index.positionAt(offset + scalar.span.start).line];
}
