import { stringify } from "yaml";
import type { YamlMap, YamlNode } from "./node";

/** Data that can be written as YAML. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

/** `key: value` as block lines at an indentation, a line break at the end; without a key, the value alone. */
export function formatBlock(key: string, value: Plain, indent: number, indentSeq = false): string {
  const body = stringify(key === "" ? value : { [key]: value }, { lineWidth: 0, indentSeq });
  return body
    .split("\n")
    .map((line) => (line === "" ? line : " ".repeat(indent) + line))
    .join("\n");
}

/** True when the document's first list stands further right than its key: new ones then do too. */
export function indentsLists(text: string): boolean {
  const first = /^( *)(?:- )?[\w./-]+:[ \t]*\r?\n( *)- /m.exec(text);
  return first !== null && (first[2] ?? "").length > (first[1] ?? "").length;
}

/** A value on one line. */
export function formatFlow(value: Plain): string {
  return stringify(value, { lineWidth: 0, collectionStyle: "flow" }).trim();
}

/** Column of a block map's keys. */
export function indentOf(map: YamlMap): number {
  const first = map.entries[0]?.key.span.start ?? map.span.start;
  return first - lineStartOf(map.doc.text, first);
}

/** Where a node's own characters end; the parser's end of a block collection runs into what follows. */
export function contentEnd(node: YamlNode): number {
  if (node.kind === "scalar" || node.flow) return node.span.end;
  const last = node.kind === "map" ? node.entries.at(-1) : node.items.at(-1);
  if (last === undefined) return node.span.end;
  const inner = "key" in last ? (last.value ?? last.key) : last;
  // An alias points elsewhere: then the parser's end has to do.
  return inner.span.start < node.span.start ? node.span.end : contentEnd(inner);
}

/** A byte order mark belongs to no line: it takes no column, and what is put before a line goes behind it. */
export function lineStartOf(text: string, offset: number): number {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  return text[start] === "\ufeff" && start < offset ? start + 1 : start;
}

export function lineEndOf(text: string, offset: number): number {
  const newline = text.indexOf("\n", offset);
  return newline === -1 ? text.length : newline;
}

/** Start of the line after the one on which a content ends; block scalars end with their line break included. */
export function nextLine(text: string, contentEndOffset: number): number {
  if (contentEndOffset > 0 && text[contentEndOffset - 1] === "\n") return contentEndOffset;
  const newline = text.indexOf("\n", contentEndOffset);
  return newline === -1 ? text.length : newline + 1;
}
