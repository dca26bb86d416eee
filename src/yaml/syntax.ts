import { Composer, isMap, isScalar, isSeq, Parser, type Document, type Node, type Scalar } from "yaml";
import type { Span } from "../base/span";
import type { ScalarStyle } from "./node";
import { decodeScalar } from "./scalar-map";

/** A scalar that is longer or shorter than when the text was parsed: all that ends behind its start has moved. */
interface Shift {
  /** Where the scalar began, and still begins but for the shifts before it. */
  readonly at: number;
  readonly delta: number;
}

/** After so many scalars a text is parsed anew: every place pays for each of them. */
const MAX_SHIFTS = 8;

const STYLES: Readonly<Record<string, ScalarStyle>> = {
  PLAIN: "plain",
  QUOTE_SINGLE: "single",
  QUOTE_DOUBLE: "double",
  BLOCK_LITERAL: "literal",
  BLOCK_FOLDED: "folded",
};

/**
 * What the parser made of a text, and what was typed into its scalars since. The parser's tree is never changed: an edit inside one scalar
 * makes another `Syntax` on the same tree, in which places behind the edit are shifted.
 */
export class Syntax {
  private constructor(
    readonly document: Document,
    private readonly shifts: readonly Shift[] = [],
    private readonly values: ReadonlyMap<Node, unknown> = new Map(),
  ) {}

  static of(text: string): Syntax | undefined {
    const document = compose(text);
    return document && new Syntax(document);
  }

  spanOf(node: Node): Span {
    const range = node.range;
    return range ? { start: this.placeOf(range[0]), end: this.placeOf(range[1]) } : { start: 0, end: 0 };
  }

  valueOf(scalar: Scalar): unknown {
    return this.values.size > 0 && this.values.has(scalar) ? this.values.get(scalar) : scalar.value;
  }

  styleOf(scalar: Scalar): ScalarStyle {
    return STYLES[scalar.type ?? "PLAIN"] ?? "plain";
  }

  private placeOf(parsed: number): number {
    let place = parsed;
    for (const { at, delta } of this.shifts) if (parsed > at) place += delta;
    return place;
  }

  /** The syntax of a text that differs from this one's inside a single scalar; undefined when it must be parsed. */
  edited(before: string, after: string): Syntax | undefined {
    const { errors, directives } = this.document;
    if (errors.length > 0 || directives?.yaml.explicit === true) return undefined;
    const change = changeBetween(before, after);
    const scalar = this.scalarAround(change);
    if (!scalar?.range || scalar.tag !== undefined) return undefined;
    const delta = after.length - before.length;
    const { start, end } = this.spanOf(scalar);
    const style = this.styleOf(scalar);
    const source = { before: before.slice(start, end), after: after.slice(start, end + delta) };
    const inside = { start: change.start - start, end: change.end - start };
    if (!keepsShape(source, inside, style)) return undefined;
    const value = valueAfter(source, style, this.valueOf(scalar));
    if (value === undefined) return undefined;
    const shifts = withShift(this.shifts, { at: scalar.range[0], delta });
    if (shifts.length > MAX_SHIFTS) return undefined;
    return new Syntax(this.document, shifts, new Map(this.values).set(scalar, value));
  }

  private scalarAround({ start, end }: Span): Scalar | undefined {
    let node: unknown = this.document.contents;
    const around = (candidate: unknown): boolean => {
      if (!isMap(candidate) && !isSeq(candidate) && !isScalar(candidate)) return false;
      const span = this.spanOf(candidate);
      return span.start <= start && end <= span.end;
    };
    while (isMap(node) || isSeq(node)) {
      const parts: readonly unknown[] = isMap(node)
        ? node.items.flatMap(({ key, value }) => [key, value])
        : node.items;
      node = parts.find(around);
    }
    return isScalar(node) ? node : undefined;
  }
}

function withShift(shifts: readonly Shift[], added: Shift): readonly Shift[] {
  const earlier = shifts.find(({ at }) => at === added.at)?.delta ?? 0;
  return [...shifts.filter(({ at }) => at !== added.at), { at: added.at, delta: earlier + added.delta }];
}

/** The place in `before` that was replaced. */
function changeBetween(before: string, after: string): Span {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  let tail = 0;
  while (
    tail < most - start &&
    before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)
  )
    tail++;
  return { start, end: before.length - tail };
}

interface Source {
  readonly before: string;
  readonly after: string;
}

/** Words that are one plain scalar wherever they stand: nothing in them is an indicator of YAML (1.2, 5.3). */
const PLAIN_WORDS = /^(?:[A-Za-z0-9/]|-{1,2}[A-Za-z0-9])[\w./=+@-]*(?: +[\w./=+@-]+)*$/;
const QUOTED: Readonly<Partial<Record<ScalarStyle, RegExp>>> = {
  single: /^'[^'\r\n]*'$/,
  double: /^"[^"\\\r\n]*"$/,
};

/** True when the text after the edit is certainly the same token, ending at the same place relative to what follows. */
function keepsShape({ before, after }: Source, change: Span, style: ScalarStyle): boolean {
  if (after.includes("{{")) return false;
  if (style === "plain") return PLAIN_WORDS.test(before) && PLAIN_WORDS.test(after);
  const quoted = QUOTED[style];
  if (quoted) return quoted.test(before) && quoted.test(after);
  return staysInLine(before, after, change);
}

/** An edit in a line of a block scalar, behind its indentation: neither header, indentation nor line breaks change. */
function staysInLine(before: string, after: string, change: Span): boolean {
  const lineStart = before.lastIndexOf("\n", change.start - 1) + 1;
  if (lineStart === 0 || before.slice(lineStart, change.start).trim() === "") return false;
  const endAfter = change.end + after.length - before.length;
  return !/[\r\n]/.test(before.slice(change.start, change.end) + after.slice(change.start, endAfter));
}

/** The scalar's value after the edit; undefined when our reading of the one before is not the parser's. */
function valueAfter({ before, after }: Source, style: ScalarStyle, value: unknown): unknown {
  if (style === "plain") {
    // The most frequent edit, without the parser.
    if (/^[1-9]\d{0,14}$/.test(after)) return Number(after);
    const contents = compose(after)?.contents;
    return isScalar(contents) ? contents.value : undefined;
  }
  return decodeScalar(before, style).text === value ? decodeScalar(after, style).text : undefined;
}

/** The first document with content. The parser recurses, so nesting thousands deep ends in a RangeError. */
function compose(text: string): Document | undefined {
  try {
    const composer = new Composer({
      version: "1.2",
      uniqueKeys: false,
      strict: false,
      prettyErrors: false,
      logLevel: "silent",
    });
    let first: Document | undefined;
    for (const document of composer.compose(new Parser().parse(text), true, text.length)) {
      if (document.contents) return document;
      first ??= document;
    }
    return first;
  } catch {
    return undefined;
  }
}
