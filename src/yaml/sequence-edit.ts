import { span } from "../base/span";
import type { YamlEditor } from "./edit";
import { contentEnd, formatFlow, lineStartOf, nextLine } from "./format";
import type { YamlNode, YamlSeq } from "./node";

/** Adds strings at the end of a list, in the quotes and on the lines that its other items have. */
export function insertItems(editor: YamlEditor, list: YamlSeq, items: readonly string[]): void {
  const { doc } = list;
  const last = list.items.at(-1);
  const texts = items.map((item) => quotedLike(list, item));
  if (last === undefined) {
    const inside = list.span.start + 1;
    return editor.replace({ doc, span: span(inside, inside) }, texts.join(", "));
  }
  const end = contentEnd(last);
  if (list.flow) {
    const lead = ownLineLead(list, last) ?? " ";
    return editor.replace({ doc, span: span(end, end) }, "," + lead + texts.join(", "));
  }
  const at = nextLine(doc.text, end);
  const indent = " ".repeat(list.span.start - lineStartOf(doc.text, list.span.start));
  const lines = texts.map((text) => `${indent}- ${text}`).join("\n");
  const endsWithBreak = at > 0 && doc.text[at - 1] === "\n";
  editor.replace({ doc, span: span(at, at) }, endsWithBreak ? lines + "\n" : "\n" + lines);
}

/** Takes neighbouring items out, their lines with them. */
export function removeItems(editor: YamlEditor, list: YamlSeq, first: YamlNode, last: YamlNode): void {
  const { doc } = list;
  const from = list.items.indexOf(first);
  const to = list.items.indexOf(last);
  if (from < 0 || to < from) return;
  const next = list.items[to + 1];
  const previous = list.items[from - 1];
  if (!list.flow) {
    for (const item of list.items.slice(from, to + 1)) editor.removeItem(list, item);
  } else if (next) {
    editor.replace({ doc, span: span(first.span.start, next.span.start) }, "");
  } else {
    const start = previous ? contentEnd(previous) : first.span.start;
    editor.replace({ doc, span: span(start, contentEnd(last)) }, "");
  }
}

/** The line break and indentation before the last item of a flow list, when it begins its line. */
function ownLineLead(list: YamlSeq, last: YamlNode): string | undefined {
  const { text } = list.doc;
  const lineStart = lineStartOf(text, last.span.start);
  if (lineStart <= list.span.start) return undefined;
  const indent = /^[ \t]*/.exec(text.slice(lineStart))?.[0] ?? "";
  return (text[lineStart - 2] === "\r" ? "\r\n" : "\n") + indent;
}

function quotedLike(list: YamlSeq, text: string): string {
  const style = list.items.findLast((item) => item.kind === "scalar" && item.text.startsWith("-"));
  if (style?.kind === "scalar" && style.style === "double") return JSON.stringify(text);
  if (style?.kind === "scalar" && style.style === "single") return `'${text.replaceAll("'", "''")}'`;
  return formatFlow(text);
}
