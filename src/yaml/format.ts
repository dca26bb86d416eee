import { stringify } from "yaml";
import type { YamlEntry, YamlMap, YamlNode, YamlSeq } from "./node";

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

/** Column of a block map's keys, an anchor or a tag before the first included. */
export function indentOf(map: YamlMap): number {
  const { text } = map.doc;
  const first = map.entries[0]?.key.span.start ?? map.span.start;
  const line = lineStartOf(text, first);
  const properties = /(?:[&!]\S*[ \t]+)+$/.exec(text.slice(line, first));
  return properties ? properties.index : first - line;
}

/** Where a node's own characters end; the parser's end of a block collection runs into what follows. */
export function contentEnd(node: YamlNode): number {
  if (node.kind === "scalar" || node.flow) return node.span.end;
  const end = node.kind === "map" ? lastEntryEnd(node) : lastItemEnd(node);
  // A last part that is neither entry nor item, like an alias of nothing: then the parser's end has to do.
  return /^\s*(?:#.*\n\s*)*(?:#.*)?$/.test(node.doc.text.slice(end, node.span.end)) ? end : node.span.end;
}

function lastEntryEnd({ entries, span }: YamlMap): number {
  const last = entries.at(-1);
  return last ? entryEnd(last) : span.start;
}

function lastItemEnd(seq: YamlSeq): number {
  const last = seq.items.at(-1);
  return last && !isAliasItem(seq, seq.items.length - 1) ? contentEnd(last) : seq.span.start;
}

/** Where an entry ends as it is written: behind `*name`, when its value is an alias. */
export function entryEnd({ key, value }: YamlEntry): number {
  if (value !== null && !isAliasEntry({ key, value })) return contentEnd(value);
  const alias = /\s*:\s*(?:#.*\n\s*)*\*[^\s,[\]{}]+/y;
  alias.lastIndex = key.span.end;
  return alias.test(key.doc.text) ? alias.lastIndex : key.span.end;
}

/** True when the value of an entry is an alias: then its node is the anchor's, which always stands before. */
export function isAliasEntry({ key, value }: YamlEntry): boolean {
  return value !== null && value.span.start < key.span.end;
}

/** The same of an item of a list. */
export function isAliasItem({ span, items }: YamlSeq, index: number): boolean {
  const earliest = items.slice(0, index).reduce((end, item) => Math.max(end, item.span.end), span.start);
  return (items[index]?.span.start ?? earliest) < earliest;
}

/** True when the rest of a flow collection is nothing but its closing bracket. */
export function closesAfter(text: string, offset: number): boolean {
  const close = /\s*(?:#.*\n\s*)*[}\]]/y;
  close.lastIndex = offset;
  return close.test(text);
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
