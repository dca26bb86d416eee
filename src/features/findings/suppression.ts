import type { Comment, SourceDocument } from "../../yaml/document";
import type { SourceFile } from "../workspace/workspace";

/** A `# vllm-k8s-ignore…` comment: which rules it silences on which lines. */
export interface Suppression {
  /** Rule ids or groups; empty silences all. */
  readonly rules: readonly string[];
  readonly scope: "line" | "next-line" | "file";
  /** The zero-based line of the comment. */
  readonly line: number;
  /** `YYYY-MM-DD`: from the day after, the comment has no effect. */
  readonly until: string | undefined;
  readonly reason: string | undefined;
}

const DIRECTIVE = /^\s*vllm-k8s-ignore(-next-line|-file)?(?:\s+(.*))?$/;

export function parseSuppression(comment: string, line: number): Suppression | undefined {
  const match = DIRECTIVE.exec(comment);
  if (!match) return undefined;
  const [body = "", ...reason] = (match[2] ?? "").split(/(?:^|\s+)--\s*/);
  const words = body.split(/[\s,]+/).filter((word) => word !== "");
  const until = words.find((word) => word.startsWith("until="))?.slice("until=".length);
  return {
    rules: words.filter((word) => !word.includes("=")),
    scope: match[1] === "-file" ? "file" : match[1] === "-next-line" ? "next-line" : "line",
    line,
    until,
    reason: reason.join(" -- ") || undefined,
  };
}

export function suppressionsOf(file: SourceFile): readonly Suppression[] {
  return file.documents.flatMap(({ source, offset }) =>
    directivesOf(source).flatMap(({ text, span }) => {
      const suppression = parseSuppression(text, file.index.positionAt(offset + span.start).line);
      return suppression ?? [];
    }),
  );
}

const known = new WeakMap<SourceDocument, readonly Comment[]>();

/** The comments of a document that may be suppressions; a scan of its text, once, tells that there are none. */
function directivesOf(document: SourceDocument): readonly Comment[] {
  let comments = known.get(document);
  if (!comments) {
    comments = document.text.includes(WORD)
      ? document.comments.filter(({ text }) => text.includes(WORD))
      : [];
    known.set(document, comments);
  }
  return comments;
}

const WORD = "vllm-k8s-ignore";

/** `lines` are the first line of the finding and the first of the scalar or entry that it lies in. */
export function isSuppressed(
  rule: string,
  lines: readonly number[],
  suppressions: readonly Suppression[],
  today: string,
): boolean {
  return suppressions.some((s) => {
    if (s.until !== undefined && s.until < today) return false;
    if (s.rules.length > 0 && !s.rules.some((r) => r === rule || rule.startsWith(r + "/"))) return false;
    if (s.scope === "file") return true;
    return lines.includes(s.scope === "line" ? s.line : s.line + 1);
  });
}
