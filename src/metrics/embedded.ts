import type { Span } from "../base/span";
import type { SourceDocument } from "../yaml/document";
import type { YamlEntry, YamlMap, YamlNode, YamlScalar, YamlSeq } from "../yaml/node";
import { parseDocument } from "../yaml/parse";

/**
 * Reads the YAML file that a block scalar holds, as nodes of the document around it: every span is one of that document, so a
 * finding inside stands where a person sees it and an edit changes the right characters.
 */
export function embedded(holder: YamlScalar): YamlNode | undefined {
  const inner = parseDocument(holder.text).root;
  return inner ? new Wrapper(holder).wrap(inner) : undefined;
}

class Wrapper {
  private readonly known = new Map<YamlNode, YamlNode>();

  constructor(private readonly holder: YamlScalar) {}

  get doc(): SourceDocument {
    return this.holder.doc;
  }

  span(inner: Span): Span {
    return this.holder.spanOf(inner.start, inner.end);
  }

  wrap(node: YamlNode): YamlNode {
    let made = this.known.get(node);
    if (!made) {
      made =
        node.kind === "map"
          ? new EmbeddedMap(this, node)
          : node.kind === "seq"
            ? this.seq(node)
            : this.scalar(node);
      this.known.set(node, made);
    }
    return made;
  }

  scalar(node: YamlScalar): YamlScalar {
    const { style, value, text } = node;
    const templated = node.templated || this.holder.templated;
    const spanOf = (from: number, to: number): Span => this.span(node.spanOf(from, to));
    return {
      kind: "scalar",
      doc: this.doc,
      span: this.span(node.span),
      style,
      value,
      text,
      templated,
      spanOf,
    };
  }

  private seq(node: YamlSeq): YamlSeq {
    const items = node.items.map((item) => this.wrap(item));
    const { flow, open } = node;
    return { kind: "seq", doc: this.doc, span: this.span(node.span), flow, open, items };
  }

  entry(entry: YamlEntry): YamlEntry {
    return { key: this.scalar(entry.key), value: entry.value && this.wrap(entry.value) };
  }
}

class EmbeddedMap implements YamlMap {
  readonly kind = "map";
  private list: readonly YamlEntry[] | undefined;

  constructor(
    private readonly wrapper: Wrapper,
    private readonly node: YamlMap,
  ) {}

  get doc(): SourceDocument {
    return this.wrapper.doc;
  }

  get span(): Span {
    return this.wrapper.span(this.node.span);
  }

  get flow(): boolean {
    return this.node.flow;
  }

  get open(): boolean {
    return this.node.open;
  }

  get entries(): readonly YamlEntry[] {
    return (this.list ??= this.node.entries.map((entry) => this.wrapper.entry(entry)));
  }

  get(key: string): YamlNode | undefined {
    const value = this.node.get(key);
    return value && this.wrapper.wrap(value);
  }

  entry(key: string): YamlEntry | undefined {
    const entry = this.node.entry(key);
    return entry && this.wrapper.entry(entry);
  }
}
