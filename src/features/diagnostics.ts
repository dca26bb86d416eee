import { TrackedCache, type Tracker } from "../base/tracked";
import type { Finding, FindingDetails, Rule, SubjectName, Subjects } from "../rules/define";
import { RULES } from "../rules/index";
import type { SourceDocument, Spot } from "../yaml/document";
import { scalarAround } from "../yaml/locate";
import type { Folder } from "./folder";
import { severityFor, type Settings } from "./settings";
import { isSuppressed, suppressionsOf } from "./suppression";
import type { SourceFile } from "./workspace";

/** Runs the rules, document by document, and remembers what each document gave. */
export class Diagnostics {
  private readonly cache = new TrackedCache<SourceDocument, readonly Finding[]>();

  constructor(
    /** Told of a rule that threw: its other findings stand, the person sees nothing of it. */
    private readonly onRuleFailure: (rule: string, error: unknown) => void,
  ) {}

  /** All findings of a file that are switched on and not suppressed, in text order. */
  of(file: SourceFile, folder: Folder, settings: Settings, today: string): readonly Finding[] {
    if (folder.isQuiet()) return [];
    const suppressions = suppressionsOf(file);
    return file.documents.flatMap(({ source, offset }) =>
      this.inDocument(source, file, folder).flatMap((finding) => {
        const severity = severityFor(finding.rule.id, finding.severity, settings);
        if (severity === undefined) return [];
        if (suppressions.length > 0) {
          const lines = anchorLines(finding.at, offset, file);
          if (isSuppressed(finding.rule.id, lines, suppressions, today)) return [];
        }
        return severity === finding.severity ? finding : { ...finding, severity };
      }),
    );
  }

  private inDocument(doc: SourceDocument, file: SourceFile, folder: Folder): readonly Finding[] {
    return this.cache.get(doc, (tracker) => this.run(doc, file, folder, tracker));
  }

  private run(doc: SourceDocument, file: SourceFile, folder: Folder, tracker: Tracker): readonly Finding[] {
    const model = folder.model(doc, file);
    const subjects: { readonly [S in SubjectName]: readonly Subjects[S][] } = {
      server: tracker.ask(() => folder.serversIn(doc, file)),
      scaler: model.scalers,
      query: model.queries,
      object: model.objects,
    };
    const context = { view: folder.viewFor(tracker), plan: folder.plans.plan, load: folder.plans.load };
    const findings: Finding[] = [];
    for (const rule of RULES) {
      const report = (at: Spot, details: FindingDetails): void => {
        if (at.doc === doc)
          findings.push(makeFinding(rule, at, details));
      };
      try {
        for (const subject of subjects[rule.subject]) rule.check(subject, report, context);
      } catch (error) {
        this.onRuleFailure(rule.id, error);
      }
    }
    return findings.sort((a, b) => a.at.span.start - b.at.span.start || a.at.span.end - b.at.span.end);
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
