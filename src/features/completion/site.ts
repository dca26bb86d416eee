import type { Span } from "../../base/span";
import type { Range } from "../../base/text";
import type { PlacedDocument, SourceDocument } from "../../yaml/document";
import { nodesAt } from "../../yaml/locate";
import type { YamlNode, YamlScalar } from "../../yaml/node";
import { parseDocument } from "../../yaml/parse";
import { embeddedDocument } from "../../yaml/embedded";
import type { VllmServer } from "../../vllm/model";
import type { Folder } from "../workspace/folder";
import type { SourceFile } from "../workspace/workspace";
import { steps, type Step } from "./path";

/** Stands for what is about to be typed where nothing is yet; a character that no manifest has. */
export const PROBE = "\uE000";

/** The cursor in a manifest: the scalar it is in, what leads to it, and what of it is written. */
export interface Site {
  readonly file: SourceFile;
  readonly folder: Folder;
  readonly doc: SourceDocument;
  /** From the document's root down to the scalar. */
  readonly nodes: readonly YamlNode[];
  /** Keys and indices from the root to the scalar; a key at the cursor is not part of it. */
  readonly path: readonly Step[];
  readonly scalar: YamlScalar;
  /** True where a key of a map is or can be written. */
  readonly isKey: boolean;
  /** The scalar's content. */
  readonly text: string;
  /** The cursor's place in the content. */
  readonly at: number;
  /** The range in the file of characters of the content. */
  range(from: number, to: number): Range;
  /** The cursor in the document. */
  readonly offset: number;
  /** The range in the file of a span of the document, as it was before the cursor asked. */
  fileRange(span: Span): Range;
  /** The server whose container, or entry in values, the cursor is in. */
  readonly server: VllmServer | undefined;
}

/** Undefined where nothing can be written: in a comment, between documents, where the YAML around is beyond repair. */
export function siteAt(file: SourceFile, folder: Folder, offset: number): Site | undefined {
  return locate(file, folder, offset, true);
}

/** The same for what is written already: nothing between words, and nothing is parsed for it. */
export function wordAt(file: SourceFile, folder: Folder, offset: number): Site | undefined {
  return locate(file, folder, offset, false);
}

function locate(file: SourceFile, folder: Folder, offset: number, gaps: boolean): Site | undefined {
  const placed = file.documents.findLast((document) => document.offset <= offset);
  if (!placed || isInComment(placed, offset)) return undefined;
  const at = offset - placed.offset;
  const isEmpty = isAtGap(placed.source.text, at);
  if (isEmpty && !gaps) return undefined;
  const doc = isEmpty ? withProbe(placed.source.text, at) : placed.source;
  const nodes = nodesAt({ doc, span: { start: at, end: isEmpty ? at + 1 : at } });
  const scalar = nodes.at(-1);
  if (scalar?.kind !== "scalar" || !isInside(scalar, at)) return undefined;
  if (isEmpty && !isBlock(scalar) && !endsHere(placed.source.text, at)) return undefined;
  return new CursorSite({
    file,
    folder,
    doc,
    nodes,
    scalar,
    cursor: at,
    base: placed.offset,
    probed: isEmpty,
  });
}

function isInComment({ source, offset: base }: PlacedDocument, offset: number): boolean {
  return source.comments.some(({ span }) => base + span.start < offset && offset <= base + span.end);
}

function isBlock({ style }: YamlScalar): boolean {
  return style === "literal" || style === "folded";
}

/** Between the quotes of a quoted scalar. */
function isInside({ style, span, doc }: YamlScalar, at: number): boolean {
  if (style !== "single" && style !== "double") return true;
  const isClosed = span.end - span.start > 1 && doc.text[span.end - 1] === doc.text[span.start];
  return span.start < at && (at < span.end || !isClosed);
}

/** True when nothing but the end of the line, of a flow collection or of one of its items follows. */
function endsHere(text: string, at: number): boolean {
  return /^[ \t]*(?:$|[\r\n\]},]|#)/.test(text.slice(at, at + 200));
}

/** True where the cursor touches no word: what is there cannot be told from the tree. */
function isAtGap(text: string, at: number): boolean {
  return (
    (at === 0 || /[\s[{,]/.test(text[at - 1] ?? "")) && (at >= text.length || /[\s\]},]/.test(text[at] ?? ""))
  );
}

function withProbe(text: string, at: number): SourceDocument {
  return parseDocument(text.slice(0, at) + PROBE + text.slice(at));
}

interface Cursor {
  readonly file: SourceFile;
  readonly folder: Folder;
  readonly doc: SourceDocument;
  readonly nodes: readonly YamlNode[];
  readonly scalar: YamlScalar;
  /** In the document. */
  readonly cursor: number;
  /** Where the document begins in the file. */
  readonly base: number;
  readonly probed: boolean;
}

class CursorSite implements Site {
  readonly text: string;
  readonly at: number;
  readonly path: readonly Step[];
  readonly isKey: boolean;
  private found: { readonly server: VllmServer | undefined } | undefined;

  constructor(private readonly cursor: Cursor) {
    const { scalar, probed } = cursor;
    this.at = indexAt(scalar, cursor.cursor);
    this.text = probed ? scalar.text.slice(0, this.at) + scalar.text.slice(this.at + 1) : scalar.text;
    const { path, isKey } = steps(cursor.nodes);
    this.path = path;
    this.isKey = isKey || this.isFirstKey();
  }

  get file(): SourceFile {
    return this.cursor.file;
  }
  get folder(): Folder {
    return this.cursor.folder;
  }
  get doc(): SourceDocument {
    return this.cursor.doc;
  }
  get nodes(): readonly YamlNode[] {
    return this.cursor.nodes;
  }
  get scalar(): YamlScalar {
    return this.cursor.scalar;
  }

  /** A word on a line of its own below `key:` is read as its value until its colon is typed. */
  private isFirstKey(): boolean {
    const { scalar, nodes, doc } = this.cursor;
    const parent = nodes.at(-2);
    if (scalar.style !== "plain" || parent?.kind !== "map") return false;
    const entry = parent.entries.find(({ value }) => value === scalar);
    return entry !== undefined && doc.text.slice(entry.key.span.end, scalar.span.start).includes("\n");
  }

  range(from: number, to: number): Range {
    const { scalar, cursor, base, probed, file } = this.cursor;
    const shift = (index: number): number => (probed && index > this.at ? index + 1 : index);
    const inFile = (offset: number): number => base + (probed && offset > cursor ? offset - 1 : offset);
    const start = from === this.at ? cursor : scalar.spanOf(shift(from), shift(from)).start;
    const end = to === this.at ? cursor : to > from ? scalar.spanOf(shift(to - 1), shift(to)).end : start;
    return file.index.rangeOf({ start: inFile(start), end: inFile(Math.max(start, end)) });
  }

  get offset(): number {
    return this.cursor.cursor;
  }

  fileRange({ start, end }: Span): Range {
    const { base, file } = this.cursor;
    return file.index.rangeOf({ start: base + start, end: base + end });
  }

  get server(): VllmServer | undefined {
    return (this.found ??= { server: this.findServer() }).server;
  }

  private findServer(): VllmServer | undefined {
    const { folder, doc, file, cursor } = this.cursor;
    let best: VllmServer | undefined;
    for (const server of folder.serversIn(doc, file)) {
      const { container, object, anchor } = server;
      if (!holds(container?.node ?? object.node, cursor)) continue;
      // Entries of a values file have no end of their own: the last one that has begun is meant.
      if (container === undefined && anchor.span.start > cursor) continue;
      if (!best || best.anchor.span.start <= anchor.span.start) best = server;
    }
    return best;
  }
}

function holds(node: YamlNode, offset: number): boolean {
  return node.span.start <= offset && offset <= node.span.end;
}

/** The index of the character of a scalar's content at a place in its document. */
function indexAt(scalar: YamlScalar, offset: number): number {
  let low = 0;
  let high = scalar.text.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (scalar.spanOf(middle, middle).start < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The cursor inside YAML that a string holds: values in an Application, a file in a ConfigMap. */
export function innerNodes(site: Site): readonly YamlNode[] {
  const { root } = embeddedDocument(site.scalar);
  const place = site.scalar.spanOf(site.at, site.at).start;
  const nodes: YamlNode[] = [];
  for (let node: YamlNode | null | undefined = root; node && !nodes.includes(node);) {
    nodes.push(node);
    if (node.kind === "scalar") break;
    const children: readonly (YamlNode | null)[] =
      node.kind === "seq" ? node.items : node.entries.flatMap(({ key, value }) => [key, value]);
    node = children.find((child) => child && holds(child, place));
  }
  return nodes;
}
