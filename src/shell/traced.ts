import type { Span } from "../base/span";
import type { SourceDocument, Spot } from "../yaml/document";

/** A text written somewhere in a document, which knows where each of its characters stands. A YAML scalar is one. */
export interface TextSource {
  readonly doc: SourceDocument;
  readonly text: string;
  spanOf(from: number, to: number): Span;
}

/**
 * Stands for text that nobody can know from the manifest: a template expression, a secret, a command's output. A private-use
 * character, so that it passes through every lexer as an ordinary letter.
 */
export const UNKNOWN = "\uE000";

/** A run of characters with one origin. */
interface Chunk {
  /** Where it stands in the traced text. */
  readonly from: number;
  readonly to: number;
  readonly source: TextSource;
  /** Where it stands in the source. */
  readonly start: number;
  readonly end: number;
  /** Character for character as in the source; otherwise the whole chunk stems from the whole range. */
  readonly exact: boolean;
  /** Inside a template's `if` or `range`: perhaps not there at all. */
  readonly maybe: boolean;
  /** The environment variable whose value this is. */
  readonly via: string | undefined;
}

/** What is true of text that replaces other text. */
interface Marks {
  readonly maybe?: boolean;
  readonly via?: string | undefined;
}

/** Text put together from pieces of documents (escapes removed, variables expanded) that still knows where each was written. */
export class Traced {
  private constructor(
    readonly text: string,
    private readonly chunks: readonly Chunk[],
  ) {}

  static whole(source: TextSource): Traced {
    const end = source.text.length;
    return new Traced(source.text, [
      { from: 0, to: end, source, start: 0, end, exact: true, maybe: false, via: undefined },
    ]);
  }

  /** Made by the builder only; an empty text still has one chunk that says where. */
  static ofChunks(text: string, chunks: readonly Chunk[]): Traced {
    return new Traced(text, chunks);
  }

  /** True when every character is known. */
  get known(): boolean {
    return !this.text.includes(UNKNOWN);
  }

  get maybe(): boolean {
    return this.chunks.some((chunk) => chunk.maybe);
  }

  /** The environment variable that gave the text, or a part of it. */
  get via(): string | undefined {
    return this.chunks.find((chunk) => chunk.via !== undefined)?.via;
  }

  /** The text as it stands in the document it was written in. */
  spotAt(from = 0, to = this.text.length): Spot {
    const parts = this.chunksIn(from, to);
    const [first] = parts;
    if (first === undefined) throw new Error("a traced text has at least one chunk");
    const same = parts.filter((part) => part.source === first.source);
    const start = Math.min(...same.map((part) => part.start));
    const end = Math.max(...same.map((part) => part.end));
    return { doc: first.source.doc, span: first.source.spanOf(start, end) };
  }

  /** The same text, but perhaps not there. */
  asMaybe(): Traced {
    return new Traced(
      this.text,
      this.chunks.map((chunk) => ({ ...chunk, maybe: true })),
    );
  }

  /** The same text, known to be an environment variable's value. */
  through(variable: string): Traced {
    return new Traced(
      this.text,
      this.chunks.map((chunk) => ({ ...chunk, via: variable })),
    );
  }

  concat(other: Traced): Traced {
    return new TracedBuilder().copy(this).copy(other).build();
  }

  /** The source that a character was written in. */
  sourceAt(at: number): TextSource | undefined {
    return this.chunksIn(at, at + 1)[0]?.source;
  }

  slice(from: number, to = this.text.length): Traced {
    return new Traced(
      this.text.slice(from, to),
      this.chunksIn(from, to).map((chunk) => ({ ...chunk, from: chunk.from - from, to: chunk.to - from })),
    );
  }

  /** The parts of the chunks within a range; for an empty range the place itself. */
  chunksIn(from: number, to: number): readonly Chunk[] {
    const inside = this.chunks
      .filter((chunk) => chunk.from < to && from < chunk.to)
      .map((chunk) => clip(chunk, from, to));
    if (inside.length > 0) return inside;
    const near = this.chunks.find((chunk) => chunk.from <= from && from <= chunk.to) ?? this.chunks.at(-1);
    return near === undefined ? [] : [clip(near, from, from)];
  }
}

function clip(chunk: Chunk, low: number, high: number): Chunk {
  const from = Math.min(Math.max(chunk.from, low), chunk.to);
  const to = Math.max(from, Math.min(chunk.to, high));
  if (!chunk.exact) return { ...chunk, from, to };
  return { ...chunk, from, to, start: chunk.start + from - chunk.from, end: chunk.start + to - chunk.from };
}

/** Puts a traced text together. */
export class TracedBuilder {
  text = "";
  private readonly chunks: Chunk[] = [];

  /** Takes over a part of another traced text, exactly as it is. */
  copy(other: Traced, from = 0, to = other.text.length, maybe = false): this {
    const shift = this.text.length - from;
    for (const chunk of other.chunksIn(from, to)) {
      this.chunks.push({
        ...chunk,
        from: chunk.from + shift,
        to: chunk.to + shift,
        maybe: maybe || chunk.maybe,
      });
    }
    this.text += other.text.slice(from, to);
    return this;
  }

  /** Adds characters that stand for a range of another traced text: a variable's value for its reference. */
  replace(characters: string, other: Traced, from: number, to: number, marks: Marks = {}): this {
    const [first, ...rest] = other.chunksIn(from, to);
    if (first === undefined) return this;
    const same = [first, ...rest].filter((chunk) => chunk.source === first.source);
    this.chunks.push({
      from: this.text.length,
      to: this.text.length + characters.length,
      source: first.source,
      start: Math.min(...same.map((chunk) => chunk.start)),
      end: Math.max(...same.map((chunk) => chunk.end)),
      exact: false,
      maybe: marks.maybe === true || first.maybe,
      via: marks.via ?? first.via,
    });
    this.text += characters;
    return this;
  }

  build(): Traced {
    return Traced.ofChunks(this.text, this.chunks);
  }
}
