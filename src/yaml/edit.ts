import { span, type Span } from "../base/span";
import type { SourceDocument, Spot } from "./document";
import {
  closesAfter,
  contentEnd,
  entryEnd,
  formatBlock,
  formatFlow,
  indentsLists,
  indentOf,
  isAliasEntry,
  isAliasItem,
  lineEndOf,
  lineStartOf,
  nextLine,
  type Plain,
} from "./format";
import type { YamlEntry, YamlMap, YamlNode, YamlScalar, YamlSeq } from "./node";

/** A change of one place; every other byte of the document stays as it is. */
export interface DocumentEdit {
  readonly doc: SourceDocument;
  readonly span: Span;
  readonly newText: string;
}

/**
 * Collects text edits on YAML. It never writes a node anew that it does not have to: comments, quotes, order and indentation
 * of everything else survive. Edits that would overlap one already collected replace nothing and are dropped.
 */
export class YamlEditor {
  private readonly collected: DocumentEdit[] = [];

  get edits(): readonly DocumentEdit[] {
    return this.collected;
  }

  /** Puts a text in place of another, or inserts it at an empty span. */
  replace(at: Spot, newText: string): void {
    const clash = this.collected.some(
      (edit) => edit.doc === at.doc && edit.span.start < at.span.end && at.span.start < edit.span.end,
    );
    if (!clash) this.collected.push({ doc: at.doc, span: at.span, newText });
  }

  /** Writes a scalar's value anew, in the quotes it has. */
  setScalar(scalar: YamlScalar, value: string | number | boolean): void {
    const text = String(value);
    const quoted =
      scalar.style === "double"
        ? JSON.stringify(text)
        : scalar.style === "single"
          ? `'${text.replaceAll("'", "''")}'`
          : undefined;
    this.replace({ doc: scalar.doc, span: scalar.span }, quoted ?? formatFlow(value));
  }

  /** Sets a key of a map: changes the value when the key is there, else adds it after the last entry. */
  setEntry(map: YamlMap, key: string, value: Plain): void {
    const entry = map.entry(key);
    if (entry === undefined) this.addEntry(map, key, value);
    else if (entry.value?.kind === "scalar" && !isAliasEntry(entry) && typeof value !== "object")
      this.setScalar(entry.value, value ?? "");
    else this.replaceValue(map, entry, value);
  }

  /** Sets a value deep in a map and makes the maps on the way that are missing. */
  setPath(map: YamlMap, path: readonly string[], value: Plain): void {
    const [key, ...rest] = path;
    if (key === undefined) return;
    const inner = map.get(key);
    if (rest.length > 0 && inner?.kind === "map" && inner.entries.length > 0)
      this.setPath(inner, rest, value);
    else
      this.setEntry(
        map,
        key,
        rest.reduceRight<Plain>((nested, name) => ({ [name]: nested }), value),
      );
  }

  private replaceValue(map: YamlMap, entry: YamlEntry, value: Plain): void {
    const { doc } = map;
    const start = entry.key.span.end + doc.text.slice(entry.key.span.end).indexOf(":") + 1;
    const end = Math.max(start, entryEnd(entry));
    if (map.flow) return this.replace({ doc, span: span(start, end) }, " " + formatFlow(value));
    const lines = formatBlock(entry.key.text, value, indentOf(map), indentsLists(doc.text));
    this.replace({ doc, span: span(entry.key.span.start, end) }, lines.trimStart().replace(/\n$/, ""));
  }

  private addEntry(map: YamlMap, key: string, value: Plain): void {
    const { doc } = map;
    const last = map.entries.at(-1);
    // `[a: 1]` is a list with a map that has no braces to grow in.
    if (map.flow && doc.text[map.span.start] !== "{") return;
    if (map.flow) return this.addInFlow(map, last && entryEnd(last), `${key}: ${formatFlow(value)}`);
    // A block of nothing but keys that are lists or maps occurs in no manifest.
    if (last === undefined) return;
    this.insertLines(doc, entryEnd(last), formatBlock(key, value, indentOf(map), indentsLists(doc.text)));
  }

  /** Adds a part behind another, or at the start; there may be parts that are neither entry nor item, like `[a]` in `{ [a] }`. */
  private addInFlow(
    { doc, span: { start } }: YamlMap | YamlSeq,
    after: number | undefined,
    part: string,
  ): void {
    if (after !== undefined) return this.replace({ doc, span: span(after, after) }, `, ${part}`);
    const inside = start + 1;
    const text = closesAfter(doc.text, inside) ? part : `${part}, `;
    this.replace({ doc, span: span(inside, inside) }, text);
  }

  /** Adds an item at the end of a sequence. */
  addItem(seq: YamlSeq, value: Plain): void {
    const last = seq.items.at(-1);
    // What an alias stands for is written elsewhere.
    if (last && isAliasItem(seq, seq.items.length - 1)) return;
    if (seq.flow) return this.addInFlow(seq, last && contentEnd(last), formatFlow(value));
    if (last === undefined) return;
    const dash = seq.span.start - lineStartOf(seq.doc.text, seq.span.start);
    const body = formatBlock("", value, dash + 2, indentsLists(seq.doc.text)).trimStart();
    this.insertLines(seq.doc, contentEnd(last), `${" ".repeat(dash)}- ${body}`);
  }

  /** Puts whole lines after the line that holds an offset. */
  private insertLines(doc: SourceDocument, after: number, lines: string): void {
    const at = nextLine(doc.text, after);
    const needsBreak = at > 0 && doc.text[at - 1] !== "\n";
    this.replace({ doc, span: span(at, at) }, needsBreak ? "\n" + lines.replace(/\n$/, "") : lines);
  }

  /** Takes an entry out, with the comment on its line; the other entries stay where they are. */
  removeEntry(map: YamlMap, key: string): void {
    const index = map.entries.findIndex((entry) => entry.key.text === key);
    const entry = map.entries[index];
    if (entry === undefined) return;
    const next = map.entries[index + 1];
    const previous = map.entries[index - 1];
    this.remove(map, entry.key.span.start, entryEnd(entry), {
      next: next?.key.span.start,
      previous: previous && entryEnd(previous),
      empty: "{}",
    });
  }

  removeItem(seq: YamlSeq, item: YamlNode): void {
    const index = seq.items.indexOf(item);
    const next = seq.items[index + 1];
    const previous = seq.items[index - 1];
    const start = seq.flow ? item.span.start : dashOf(seq, item);
    this.remove(seq, start, contentEnd(item), {
      next: next && (seq.flow ? next.span.start : dashOf(seq, next)),
      previous: previous && contentEnd(previous),
      empty: "[]",
    });
  }

  private remove(
    parent: YamlMap | YamlSeq,
    start: number,
    end: number,
    near: { next: number | undefined; previous: number | undefined; empty: string },
  ): void {
    const { doc } = parent;
    const ownLine = doc.text.slice(lineStartOf(doc.text, start), start).trim() === "";
    if (!parent.flow && near.next === undefined && near.previous === undefined) {
      this.replace({ doc, span: span(start, end) }, near.empty);
    } else if (!parent.flow && ownLine) {
      this.replace({ doc, span: span(lineStartOf(doc.text, start), nextLine(doc.text, end)) }, "");
    } else if (near.next !== undefined) {
      this.replace({ doc, span: span(start, near.next) }, "");
    } else {
      this.replace({ doc, span: span(near.previous ?? start, end) }, "");
    }
  }

  /** Adds YAML as a document of its own at the very end of this one, behind whatever else is added to its last lines. */
  appendDocument(doc: SourceDocument, yaml: string): void {
    const end = doc.text.length;
    const lead = doc.text.endsWith("\n") ? "---\n" : "\n---\n";
    this.replace({ doc, span: span(end, end) }, `${lead}${yaml.trim()}\n`);
  }

  /** Adds a comment line above the line that holds an offset, indented like it. */
  insertCommentAbove(at: Spot, comment: string): void {
    const { text } = at.doc;
    const start = lineStartOf(text, at.span.start);
    const indent = /^[ \t]*/.exec(text.slice(start, lineEndOf(text, start)))?.[0] ?? "";
    this.replace({ doc: at.doc, span: span(start, start) }, `${indent}# ${comment}\n`);
  }
}

/** The `-` that introduces an item. */
function dashOf(seq: YamlSeq, item: YamlNode): number {
  const dash = seq.doc.text.lastIndexOf("-", item.span.start - 1);
  return dash >= seq.span.start ? dash : item.span.start;
}
