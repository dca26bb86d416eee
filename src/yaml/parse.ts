import type { Span } from "../base/span";
import { documentChunks } from "./chunks";
import { findComments } from "./comments";
import type { Comment, PlacedDocument, SourceDocument, SyntaxProblem } from "./document";
import { maskTemplates, type MaskedText } from "./mask";
import type { YamlNode } from "./node";
import { Syntax } from "./syntax";
import { Tree } from "./tree";

/**
 * Reads a file document by document. Documents whose text an earlier reading holds are taken over as they are: an edit
 * costs the parse of the document it is in.
 */
export function parseFile(text: string, previous: readonly PlacedDocument[] = []): readonly PlacedDocument[] {
  const chunks = documentChunks(text);
  const kept = keptDocuments(text, chunks, previous);
  const onlyOne = kept.size === chunks.length - 1 && previous.length === chunks.length;
  const known = new Map<string, SourceDocument[]>();
  if (kept.size < chunks.length) {
    const used = new Set(kept.values());
    for (const { source } of previous) {
      if (used.has(source)) continue;
      const same = known.get(source.text);
      if (same) same.push(source);
      else known.set(source.text, [source]);
    }
  }
  return chunks.map(({ start, end }, i) => {
    const unchanged = kept.get(i);
    if (unchanged) return { source: unchanged, offset: start };
    const chunk = text.slice(start, end);
    const source =
      known.get(chunk)?.shift() ?? new LazyDocument(chunk, onlyOne ? previous[i]?.source : undefined);
    return { source, offset: start };
  });
}

/** The documents before and after an edit, by the number of their chunk. */
function keptDocuments(
  text: string,
  chunks: readonly Span[],
  previous: readonly PlacedDocument[],
): ReadonlyMap<number, SourceDocument> {
  const kept = new Map<number, SourceDocument>();
  const keep = (i: number, source: SourceDocument | undefined): boolean => {
    const chunk = chunks[i];
    if (!chunk || !source || kept.has(i) || source.text.length !== chunk.end - chunk.start) return false;
    // A slice is a view, and two strings are compared as blocks of memory.
    if (text.slice(chunk.start, chunk.end) !== source.text) return false;
    kept.set(i, source);
    return true;
  };
  let head = 0;
  while (head < previous.length && keep(head, previous[head]?.source)) head++;
  let tail = 1;
  while (tail <= previous.length - head && keep(chunks.length - tail, previous.at(-tail)?.source)) tail++;
  return kept;
}

/** Parses one document of its own; for texts that are not a file, like a value that holds YAML. */
export function parseDocument(text: string): SourceDocument {
  return new LazyDocument(text);
}

/** The parser counts a byte order mark as a column, which puts the first key of an indented map beside the others. */
function withoutMark(text: string): string {
  return text.startsWith("\ufeff") ? `\n${text.slice(1)}` : text;
}

class LazyDocument implements SourceDocument {
  private maskedText: MaskedText | undefined;
  private syntax: Syntax | undefined | null;
  private tree: YamlNode | null | undefined;
  private commentList: readonly Comment[] | undefined;
  /** The document as it was when it was last read, before the edits that led to this text. */
  private before: LazyDocument | undefined;

  constructor(
    readonly text: string,
    before?: SourceDocument,
  ) {
    if (before instanceof LazyDocument) this.before = before.syntax === undefined ? before.before : before;
  }

  private get masked(): MaskedText {
    return (this.maskedText ??= maskTemplates(this.text));
  }

  get templated(): boolean {
    return this.masked.expressions.length > 0;
  }

  get root(): YamlNode | null {
    if (this.tree === undefined) {
      const syntax = this.read();
      this.tree = syntax ? new Tree(this, syntax, this.masked).wrap(syntax.document.contents) : null;
    }
    return this.tree;
  }

  get problems(): readonly SyntaxProblem[] {
    // The parser puts what is missing at the end one character behind it.
    const within = (offset: number): number => Math.min(offset, this.text.length);
    return (this.read()?.document.errors ?? [])
      .map(({ message, pos }) => ({ message, span: { start: within(pos[0]), end: within(pos[1]) } }))
      .filter(({ span }) => !this.isNearExpression(span));
  }

  get comments(): readonly Comment[] {
    return (this.commentList ??= findComments(this.text, this.root));
  }

  private read(): Syntax | null {
    if (this.syntax === undefined) {
      this.syntax = this.editedSyntax() ?? Syntax.of(withoutMark(this.masked.text)) ?? null;
      this.before = undefined;
    }
    return this.syntax;
  }

  private editedSyntax(): Syntax | undefined {
    const { before } = this;
    return before?.syntax && !before.templated ? before.syntax.edited(before.text, this.text) : undefined;
  }

  /** An error beside a mask is most likely the mask's own. */
  private isNearExpression(span: Span): boolean {
    return this.masked.expressions.some((e) => e.start <= span.end + 1 && span.start <= e.end + 1);
  }
}
