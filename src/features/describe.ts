import { docsUrl } from "../rules/docs";
import type { Finding } from "../rules/define";
import type { Diagnostic } from "./answers";
import type { FoundIn } from "./diagnostics";
import type { SourceFile, Workspace } from "./workspace";

interface Described {
  /** The line that the document began in. */
  readonly line: number;
  readonly diagnostics: readonly Diagnostic[];
}

/** Puts findings into words and places; those of a document that has neither changed nor moved are kept. */
export class Descriptions {
  private readonly known = new WeakMap<readonly Finding[], Described>();

  of(found: readonly FoundIn[], file: SourceFile, workspace: Workspace): readonly Diagnostic[] {
    return found.flatMap(({ findings, offset }) => {
      if (findings.length === 0) return NONE;
      const { line } = file.index.positionAt(offset);
      const known = this.known.get(findings);
      if (known?.line === line) return known.diagnostics;
      const diagnostics = findings.flatMap((finding) => describe(finding, workspace) ?? []);
      // What a finding refers to may move while it stays.
      const isWhole = findings.every(({ related }) => related === undefined || related.length === 0);
      if (isWhole) this.known.set(findings, { line, diagnostics });
      return diagnostics;
    });
  }
}

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
