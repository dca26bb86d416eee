import { docsUrl } from "../../rules/docs";
import { isSame } from "../../base/tracked";
import type { Finding } from "../../rules/define";
import type { Diagnostic } from "../answers";
import type { FoundIn } from "./diagnostics";
import type { SourceFile, Workspace } from "../workspace/workspace";

interface Described {
  /** The line that the document began in, and those in which began what its findings refer to. */
  readonly lines: readonly (number | undefined)[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Puts findings into words and places; those of a document are kept until it, or what they refer to, changes or moves. */
export class Descriptions {
  private readonly known = new WeakMap<readonly Finding[], Described>();

  of(found: readonly FoundIn[], file: SourceFile, workspace: Workspace): readonly Diagnostic[] {
    return found.flatMap(({ findings, offset }) => {
      if (findings.length === 0) return NONE;
      const lines = [file.index.positionAt(offset).line, ...linesOfRelated(findings, workspace)];
      const known = this.known.get(findings);
      if (known && isSame(known.lines, lines)) return known.diagnostics;
      const diagnostics = findings.flatMap((finding) => describe(finding, workspace) ?? []);
      this.known.set(findings, { lines, diagnostics });
      return diagnostics;
    });
  }
}

function linesOfRelated(findings: readonly Finding[], workspace: Workspace): readonly (number | undefined)[] {
  return findings.flatMap(({ related = NOTHING_RELATED }) =>
    related.map(({ at }) => workspace.lineOf(at.doc)),
  );
}

const NOTHING_RELATED: NonNullable<Finding["related"]> = [];

const NONE: readonly Diagnostic[] = [];

function describe(finding: Finding, workspace: Workspace): Diagnostic | undefined {
  const range = workspace.rangeOf(finding.at);
  if (!range) return undefined;
  return {
    rule: finding.rule.id,
    severity: finding.severity,
    message: finding.message,
    advice: finding.advice,
    range: range.range,
    docs: docsUrl(finding.rule.id),
    related: (finding.related ?? []).flatMap(({ at, message }) => {
      const place = workspace.rangeOf(at);
      return place ? { ...place, message } : [];
    }),
    get fixable() {
      return finding.fixes().length > 0;
    },
  };
}
