import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { overlaps, type Span } from "../base/span";
import type { SourceDocument } from "./document";
import type { MaskedText } from "./mask";
import type { ScalarStyle, YamlEntry, YamlMap, YamlNode, YamlScalar, YamlSeq } from "./node";
import { decodeScalar } from "./scalar-map";
import type { Syntax } from "./syntax";

/** Wraps the parser's nodes on demand: what nobody looks at costs nothing. One wrapper per node, so identity holds. */
export class Tree {
  private readonly wrapped = new Map<Node, YamlNode>();
  private anchors: Map<string, Node[]> | undefined;

  constructor(
    readonly doc: SourceDocument,
    readonly syntax: Syntax,
    readonly masked: MaskedText,
  ) {}

  wrap(node: unknown): YamlNode | null {
    const target = isAlias(node) ? this.resolve(node.source, node.range?.[0] ?? 0) : (node as Node | null);
    if (!target) return null;
    const known = this.wrapped.get(target);
    if (known) return known;
    const made = this.make(target);
    if (made) this.wrapped.set(target, made);
    return made;
  }

  private make(node: Node): YamlNode | null {
    if (isMap(node)) return new MapNode(this, node);
    if (isSeq(node)) return new SeqNode(this, node);
    if (isScalar(node)) return new ScalarNode(this, node);
    return null;
  }

  /** The last anchor of that name before the alias, as YAML has it. An alias of an alias cannot be written. */
  private resolve(name: string, before: number): Node | undefined {
    this.anchors ??= collectAnchors(this.syntax.document.contents);
    return this.anchors.get(name)?.findLast((node) => (node.range?.[0] ?? 0) < before);
  }

  /** True when a directive (`{{ if }}`, `{{ include }}`) stands inside a collection or just after its last item. */
  isOpen(span: Span): boolean {
    const { directives } = this.masked;
    if (directives.length === 0) return false;
    const end = gapEnd(this.masked.text, span.end);
    return directives.some((d) => overlaps(d, { start: span.start, end }));
  }

  isTemplated(span: Span): boolean {
    return this.masked.expressions.some((e) => overlaps(e, span));
  }
}

function collectAnchors(root: unknown): Map<string, Node[]> {
  const found = new Map<string, Node[]>();
  const pending: unknown[] = [root];
  while (pending.length > 0) {
    const node = pending.pop();
    if (isMap(node)) for (const pair of node.items) pending.push(pair.value, pair.key);
    else if (isSeq(node)) for (const item of node.items) pending.push(item);
    if ((isMap(node) || isSeq(node) || isScalar(node)) && node.anchor) {
      const list = found.get(node.anchor);
      if (list) list.push(node);
      else found.set(node.anchor, [node]);
    }
  }
  for (const list of found.values()) list.sort((a, b) => (a.range?.[0] ?? 0) - (b.range?.[0] ?? 0));
  return found;
}

/** Where the next line with content begins, comments and blank lines skipped. */
function gapEnd(text: string, from: number): number {
  const gap = /(?:[ \t]*(?:#[^\n]*)?(?:\r?\n|$))*/y;
  gap.lastIndex = Math.min(from, text.length);
  return gap.exec(text) === null || gap.lastIndex === 0 ? from : gap.lastIndex;
}

/** What maps and lists have in common. */
abstract class Collection<N extends YAMLMap | YAMLSeq> {
  readonly span: Span;

  constructor(
    protected readonly tree: Tree,
    protected readonly node: N,
  ) {
    this.span = tree.syntax.spanOf(node);
  }

  get doc(): SourceDocument {
    return this.tree.doc;
  }

  get flow(): boolean {
    return this.node.flow === true;
  }

  get open(): boolean {
    return this.tree.isOpen(this.span);
  }
}

class MapNode extends Collection<YAMLMap> implements YamlMap {
  readonly kind = "map";
  private list: readonly YamlEntry[] | undefined;
  private byKey: Map<string, YamlEntry> | undefined;

  get entries(): readonly YamlEntry[] {
    return (this.list ??= this.node.items.flatMap((pair) => this.entryOf(pair)));
  }

  private entryOf(pair: Pair): YamlEntry[] {
    const key = this.tree.wrap(pair.key);
    return key?.kind === "scalar" ? [{ key, value: this.tree.wrap(pair.value) }] : [];
  }

  entry(key: string): YamlEntry | undefined {
    // The first of two equal keys is kept: like the parser's own look-up, and stable while the second is typed.
    this.byKey ??= new Map(this.entries.toReversed().map((entry) => [entry.key.text, entry]));
    return this.byKey.get(key);
  }

  get(key: string): YamlNode | undefined {
    return this.find(key, new Set());
  }

  private find(key: string, visited: Set<MapNode>): YamlNode | undefined {
    if (visited.has(this)) return undefined;
    visited.add(this);
    const own = this.entry(key)?.value;
    if (own) return own.kind === "scalar" && own.value === null ? undefined : own;
    const merged = this.entry("<<")?.value;
    const sources = merged?.kind === "seq" ? merged.items : merged ? [merged] : [];
    for (const source of sources) {
      const value = source instanceof MapNode ? source.find(key, visited) : undefined;
      if (value) return value;
    }
    return undefined;
  }
}

class SeqNode extends Collection<YAMLSeq> implements YamlSeq {
  readonly kind = "seq";
  private list: readonly YamlNode[] | undefined;

  get items(): readonly YamlNode[] {
    return (this.list ??= this.node.items.flatMap((item) => this.tree.wrap(item) ?? []));
  }
}

class ScalarNode implements YamlScalar {
  readonly kind = "scalar";
  readonly span: Span;
  readonly style: ScalarStyle;
  readonly templated: boolean;
  private content: string | undefined;
  private offsets: readonly number[] | null | undefined;

  constructor(
    private readonly tree: Tree,
    private readonly node: Scalar,
  ) {
    this.span = tree.syntax.spanOf(node);
    this.style = tree.syntax.styleOf(node);
    this.templated = tree.masked.expressions.length > 0 && tree.isTemplated(this.span);
  }

  get doc(): SourceDocument {
    return this.tree.doc;
  }

  get value(): string | number | boolean | null {
    const value = this.parsed;
    if (this.templated) return this.text;
    return typeof value === "number" || typeof value === "boolean" || value === null ? value : this.decoded;
  }

  get text(): string {
    return (this.content ??= this.readText());
  }

  private readText(): string {
    const decoded = this.decoded;
    if (!this.templated) return decoded;
    const offsets = this.map();
    if (!offsets) return this.doc.text.slice(this.span.start, this.span.end);
    let text = "";
    for (let i = 0; i < decoded.length; i++) {
      const offset = this.span.start + (offsets[i] ?? 0);
      const inside = this.tree.masked.expressions.some((e) => e.start <= offset && offset < e.end);
      text += inside ? this.doc.text[offset] : decoded[i];
    }
    return text;
  }

  private get parsed(): unknown {
    return this.tree.syntax.valueOf(this.node);
  }

  private get source(): string {
    return this.tree.masked.text.slice(this.span.start, this.span.end);
  }

  /** The content as the parser decoded it, expressions still overwritten. */
  private get decoded(): string {
    const value = this.parsed;
    return typeof value === "string" ? value : this.source;
  }

  private map(): readonly number[] | null {
    if (this.offsets === undefined) {
      const { text, offsets } = decodeScalar(this.source, this.style);
      this.offsets = text === this.decoded ? offsets : null;
    }
    return this.offsets;
  }

  spanOf(from: number, to: number): Span {
    const offsets = this.map();
    if (!offsets) return this.span;
    const first = offsets[Math.max(0, Math.min(from, offsets.length - 1))] ?? 0;
    // The end is where the last character stops, not where the next begins: a fold may lie between the two.
    const last = to > from ? this.endOf(offsets, to - 1) : first;
    return { start: this.span.start + first, end: this.span.start + last };
  }

  private endOf(offsets: readonly number[], index: number): number {
    const begin = offsets[Math.min(index, offsets.length - 1)] ?? 0;
    let following = index + 1;
    while (following < offsets.length && (offsets[following] ?? 0) <= begin) following++;
    const next = offsets[following] ?? begin;
    const plainCharacter = this.style !== "double" || this.source[begin] !== "\\";
    const doubledQuote = this.style === "single" && this.source[begin] === "'";
    return plainCharacter && !doubledQuote ? Math.min(begin + 1, next) : next;
  }
}
