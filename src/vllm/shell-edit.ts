import { span } from "../base/span";
import type { SourceDocument, Spot } from "../yaml/document";
import type { YamlEditor } from "../yaml/edit";
import { lineEndOf, lineStartOf } from "../yaml/format";

/** Takes a flag and its value out of a shell command; with it the line, and the backslash that led to it, when it stood alone there. */
export function removeShellWords(editor: YamlEditor, flagAt: Spot, valueAt: Spot): void {
  const { doc } = flagAt;
  const { start, end } = wordsSpan(flagAt, valueAt);
  const lineStart = lineStartOf(doc.text, start);
  const lineEnd = lineEndOf(doc.text, end);
  const after = doc.text.slice(end, lineEnd);
  const alone = doc.text.slice(lineStart, start).trim() === "" && /^\s*\\?\s*$/.test(after);
  if (!alone) {
    const lead = /[ \t]*$/.exec(doc.text.slice(lineStart, start))?.[0].length ?? 0;
    return editor.replace({ doc, span: span(lead > 0 ? start - lead : start, end) }, "");
  }
  const continues = after.includes("\\");
  const cut = continues
    ? span(lineStart, Math.min(lineEnd + 1, doc.text.length))
    : lastLine(doc, lineStart, end);
  editor.replace({ doc, span: cut }, "");
}

/** Without a backslash of its own the line ends the command: then the one before has to end it. */
function lastLine(doc: SourceDocument, lineStart: number, end: number): { start: number; end: number } {
  const lead = /[ \t]*\\?\r?\n$/.exec(doc.text.slice(0, lineStart))?.[0].length ?? 0;
  return span(lineStart - lead, end);
}

/** Flag and value as written, quotes included; a value that came out of a variable is the word after the flag. */
function wordsSpan(flagAt: Spot, valueAt: Spot): { start: number; end: number } {
  const { text } = flagAt.doc;
  const { start, end } = flagAt.span;
  const isBehind = valueAt.doc === flagAt.doc && valueAt.span.start >= end;
  const near = isBehind && !/[;&|\n]/.test(text.slice(end, valueAt.span.start).replace(/\\\r?\n/g, ""));
  if (near) return span(start, closeQuote(text, valueAt));
  if (valueAt.doc === flagAt.doc && valueAt.span.start === start) return span(start, end);
  const word = /^(=|[ \t]+)("[^"\n]*"|'[^'\n]*'|[^\s"']+)/.exec(text.slice(end, lineEndOf(text, end)));
  return span(start, end + (word?.[0].length ?? 0));
}

function closeQuote(text: string, at: Spot): number {
  const quote = text[at.span.start - 1];
  const isQuoted = (quote === '"' || quote === "'") && text[at.span.end] === quote;
  return isQuoted ? at.span.end + 1 : at.span.end;
}
