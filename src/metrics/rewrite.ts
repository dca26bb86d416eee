import type { Span } from "../base/span";
import type { Spot } from "../yaml/document";
import type { YamlEditor } from "../yaml/edit";
import type { YamlScalar } from "../yaml/node";

/** A change inside a query; the span counts from the start of its text. */
export interface QueryChange {
  readonly span: Span;
  readonly newText: string;
}

/**
 * Changes parts of a query in place, written the way the scalar around it is quoted. A plain scalar that could no longer stay
 * plain is quoted as a whole.
 */
export function rewriteQuery(
  editor: YamlEditor,
  scalar: YamlScalar,
  changes: readonly QueryChange[],
  flow: boolean,
): void {
  const result = applied(scalar.text, changes);
  if (scalar.style === "plain" && !staysPlain(result, flow)) {
    editor.replace({ doc: scalar.doc, span: scalar.span }, `'${result.replaceAll("'", "''")}'`);
    return;
  }
  for (const { span, newText } of changes) {
    const at = { doc: scalar.doc, span: scalar.spanOf(span.start, span.end) };
    editor.replace(at, encoded(newText, scalar));
  }
}

function applied(text: string, changes: readonly QueryChange[]): string {
  let result = text;
  for (const { span, newText } of changes.toSorted((a, b) => b.span.start - a.span.start)) {
    result = result.slice(0, span.start) + newText + result.slice(span.end);
  }
  return result;
}

function encoded(text: string, { style }: YamlScalar): string {
  if (style === "double") return text.replace(/[\\"]/g, "\\$&");
  if (style === "single") return text.replaceAll("'", "''");
  return text;
}

function staysPlain(text: string, flow: boolean): boolean {
  const trimmed = text.trim();
  return !/^[[\]{}"'`|>*&!%@#,?:-]|: | #|:$/.test(trimmed) && !(flow && /[[\]{},]/.test(trimmed));
}

/** Where a part of a query stands in its document. */
export function placeInQuery(scalar: YamlScalar, span: Span): Spot {
  return { doc: scalar.doc, span: scalar.spanOf(span.start, span.end) };
}

/** A part of a query as a message quotes it: on one line, and not too long. */
export function excerpt(query: string, { start, end }: Span, most = 70): string {
  const line = query.slice(start, end).replace(/\s+/g, " ").trim();
  return line.length <= most ? line : line.slice(0, most - 1).trimEnd() + "…";
}
