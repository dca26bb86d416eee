import { span, type Span } from "../base/span";
import type { SourceDocument } from "./document";
import type { YamlEntry, YamlMap, YamlNode, YamlScalar, YamlSeq } from "./node";
import { parseDocument } from "./parse";

/** YAML written inside a string of another document. Its nodes belong to the outer document and stand where they are seen there. */
export interface EmbeddedDocument {
  readonly root: YamlNode | null;
}

const memory = new WeakMap<YamlScalar, EmbeddedDocument>();

/**
 * Reads a scalar's text as YAML: Helm values in an Argo CD Application, Ray's `serveConfigV2`, a file in a ConfigMap. Every span
 * is carried through the block scalar or quotes around it to the outer document.
 */
export function embeddedDocument(scalar: YamlScalar): EmbeddedDocument {
  let embedded = memory.get(scalar);
  if (!embedded) {
    const { root } = parseDocument(scalar.text);
    embedded = { root: root && new Embedding(scalar).wrap(root) };
    memory.set(scalar, embedded);
  }
  return embedded;
}

class Embedding {
  private readonly wrapped = new WeakMap<YamlNode, YamlNode>();

  constructor(private readonly outer: YamlScalar) {}

  get doc(): SourceDocument {
    return this.outer.doc;
  }

  place(inner: Span): Span {
    const { length } = this.outer.text;
    return this.outer.spanOf(Math.min(inner.start, length), Math.min(inner.end, length));
  }

  /** Each node once, so that aliases stay the same node and cycles end. */
  wrap(node: YamlNode): YamlNode {
    const known = this.wrapped.get(node);
    if (known) return known;
    const made =
      node.kind === "scalar"
        ? new EmbeddedScalar(node, this)
        : node.kind === "seq"
          ? new EmbeddedSeq(node, this)
          : new EmbeddedMap(node, this);
    this.wrapped.set(node, made);
    return made;
  }
}

class EmbeddedScalar implements YamlScalar {
  readonly kind = "scalar";

  constructor(
    private readonly inner: YamlScalar,
    private readonly at: Embedding,
  ) {}

  get doc(): SourceDocument {
    return this.at.doc;
  }
  get span(): Span {
    return this.at.place(this.inner.span);
  }
  get style(): YamlScalar["style"] {
    return this.inner.style;
  }
  get value(): YamlScalar["value"] {
    return this.inner.value;
  }
  get text(): string {
    return this.inner.text;
  }
  get templated(): boolean {
    return this.inner.templated;
  }

  spanOf(from: number, to: number): Span {
    const inner = this.inner.spanOf(from, to);
    return this.at.place(span(inner.start, inner.end));
  }
}

/** What maps and lists have in common. */
abstract class EmbeddedCollection<N extends YamlMap | YamlSeq> {
  constructor(
    protected readonly inner: N,
    protected readonly at: Embedding,
  ) {}

  get doc(): SourceDocument {
    return this.at.doc;
  }
  get span(): Span {
    return this.at.place(this.inner.span);
  }
  get flow(): boolean {
    return this.inner.flow;
  }
  get open(): boolean {
    return this.inner.open;
  }
}

class EmbeddedSeq extends EmbeddedCollection<YamlSeq> implements YamlSeq {
  readonly kind = "seq";

  get items(): readonly YamlNode[] {
    return this.inner.items.map((item) => this.at.wrap(item));
  }
}

class EmbeddedMap extends EmbeddedCollection<YamlMap> implements YamlMap {
  readonly kind = "map";
  private list: readonly YamlEntry[] | undefined;

  get entries(): readonly YamlEntry[] {
    return (this.list ??= this.inner.entries.map(({ key, value }) => ({
      key: this.at.wrap(key) as YamlScalar,
      value: value && this.at.wrap(value),
    })));
  }

  get(key: string): YamlNode | undefined {
    const found = this.inner.get(key);
    return found && this.at.wrap(found);
  }

  entry(key: string): YamlEntry | undefined {
    return this.entries.find((entry) => entry.key.text === key);
  }
}
