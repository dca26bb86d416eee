import type { Span } from "../base/span";
import type { YamlNode } from "./node";

/**
 * One YAML document of a file, parsed once and never changed. Spans inside it count from the start of its own
 * text, so that the same object serves on after an edit above it has moved it.
 */
export interface SourceDocument {
  readonly text: string;
  readonly root: YamlNode | null;
  /** What the parser could not read. The YAML extension of the editor shows these, not we. */
  readonly problems: readonly SyntaxProblem[];
  /** True when the text holds template expressions (`{{ }}`) outside of quoted strings. */
  readonly templated: boolean;
  readonly comments: readonly Comment[];
}

export interface SyntaxProblem {
  readonly message: string;
  readonly span: Span;
}

export interface Comment {
  /** The text after `#`. */
  readonly text: string;
  readonly span: Span;
}

/** Where a document stands in its file just now. */
export interface PlacedDocument {
  readonly source: SourceDocument;
  readonly offset: number;
}

/** A place that stays valid while the file around it changes: a document and a span in it. */
export interface Spot {
  readonly doc: SourceDocument;
  readonly span: Span;
}
