import { own } from "./own";
import { span, type Span } from "./span";

/** Where a value of a JSON text stands, and the key it stands under. */
export interface JsonPlace {
  readonly value: Span;
  /** The key with its quotes; undefined for list items and the whole. */
  readonly key: Span | undefined;
}

export interface JsonSyntaxError {
  readonly at: Span;
  /** What is wrong, in the terms of JSON: `a key needs double quotes`. */
  readonly reason: string;
  /** What to write in its place, when that is plain. */
  readonly instead?: string;
}

/** A text read as JSON, with the place of everything in it. */
export interface JsonText {
  /** What could be read; undefined when there is a syntax error. */
  readonly value: unknown;
  readonly error: JsonSyntaxError | undefined;
  /** By JSON pointer (RFC 6901): `/pass_config/enable_noop`; the whole is the empty one. */
  readonly places: ReadonlyMap<string, JsonPlace>;
}

/**
 * Reads JSON as Python's `json.loads` does: NaN and Infinity count, of two equal keys the last wins. Numbers such as `80m` or `16K`, which
 * vLLM writes out before it reads a configuration (`_expand_json_human_readable_numbers`, vllm/engine/arg_utils.py), count too.
 */
export function readJson(text: string): JsonText {
  const reader = new Reader(text);
  try {
    const value = reader.document();
    return { value, error: undefined, places: reader.places };
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    return { value: undefined, error: error.problem, places: reader.places };
  }
}

/** A pointer's next part, with the two characters escaped that have a meaning in pointers. */
export function pointerTo(parent: string, key: string | number): string {
  return `${parent}/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

class Stop extends Error {
  constructor(readonly problem: JsonSyntaxError) {
    super(problem.reason);
  }
}

/** Deeper than any configuration; a hostile text ends here and not at the end of the stack. */
const MAX_DEPTH = 64;

const SUFFIXES: Readonly<Record<string, number>> = {
  k: 1e3, m: 1e6, g: 1e9, t: 1e12, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40,
}; // prettier-ignore

const WORDS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["true", true],
  ["false", false],
  ["null", null],
  ["NaN", NaN],
  ["Infinity", Infinity],
]);

/** How Python and YAML write what JSON writes otherwise. */
const FOREIGN: Readonly<Record<string, string>> = {
  True: "true",
  False: "false",
  None: "null",
  yes: "true",
  no: "false",
};

class Reader {
  readonly places = new Map<string, JsonPlace>();
  private at = 0;

  constructor(private readonly text: string) {}

  document(): unknown {
    this.space();
    if (this.at >= this.text.length) this.fail(0, this.text.length, "it is empty");
    const value = this.value("", undefined, 0);
    this.space();
    if (this.at < this.text.length)
      this.fail(this.at, this.text.length, "the value has ended before this text");
    return value;
  }

  private value(pointer: string, key: Span | undefined, depth: number): unknown {
    if (depth > MAX_DEPTH) this.fail(this.at, this.at + 1, "it is nested too deeply");
    const start = this.at;
    const place = { key, value: span(start, start) };
    this.places.set(pointer, place);
    const value = this.bare(pointer, depth);
    this.places.set(pointer, { key, value: span(start, this.at) });
    return value;
  }

  private bare(pointer: string, depth: number): unknown {
    const c = this.text[this.at];
    if (c === "{") return this.object(pointer, depth);
    if (c === "[") return this.list(pointer, depth);
    if (c === '"') return this.string();
    if (c === "'") this.fail(this.at, this.at + 1, "JSON writes strings in double quotes");
    if (c === undefined) this.fail(this.at, this.at, "a value is missing at the end");
    return this.number() ?? this.word();
  }

  private object(pointer: string, depth: number): Record<string, unknown> {
    const object = Object.create(null) as Record<string, unknown>;
    const open = this.at++;
    this.space();
    if (this.take("}")) return object;
    for (;;) {
      this.space();
      const from = this.at;
      if (this.text[from] !== '"') this.failAtKey(open);
      const name = this.string();
      const key = span(from, this.at);
      this.space();
      if (!this.take(":")) this.failHere(open, "a colon is missing behind the key");
      this.space();
      object[name] = this.value(pointerTo(pointer, name), key, depth + 1);
      if (this.ends("}", open)) return object;
    }
  }

  private failAtKey(open: number): never {
    const from = this.at;
    if (from >= this.text.length) this.fail(open, open + 1, "the brace is never closed");
    if (this.text[from] === "}") this.failTrailing();
    if (this.text[from] === "'") this.fail(from, from + 1, "JSON writes keys in double quotes");
    const end = this.wordEnd();
    const word = this.text.slice(from, end);
    this.fail(from, Math.max(end, from + 1), "a key needs double quotes", word && `"${word}"`);
  }

  private list(pointer: string, depth: number): unknown[] {
    const items: unknown[] = [];
    const open = this.at++;
    this.space();
    if (this.take("]")) return items;
    for (;;) {
      this.space();
      if (this.text[this.at] === "]") this.failTrailing();
      if (this.at >= this.text.length) this.fail(open, open + 1, "the bracket is never closed");
      items.push(this.value(pointerTo(pointer, items.length), undefined, depth + 1));
      if (this.ends("]", open)) return items;
    }
  }

  /** True at the closing bracket, false behind a comma. */
  private ends(bracket: "}" | "]", open: number): boolean {
    this.space();
    if (this.take(bracket)) return true;
    if (!this.take(",")) this.failHere(open, "a comma is missing");
    return false;
  }

  private failTrailing(): never {
    const comma = this.text.lastIndexOf(",", this.at);
    this.fail(comma, comma + 1, "JSON has no comma after the last item", "");
  }

  /** At the text's end it is the open bracket that lacks its partner. */
  private failHere(open: number, reason: string): never {
    if (this.at >= this.text.length)
      this.fail(open, open + 1, `the ${this.text[open] === "{" ? "brace" : "bracket"} is never closed`);
    this.fail(this.at, Math.max(this.wordEnd(), this.at + 1), reason);
  }

  private string(): string {
    const from = this.at;
    let end = from + 1;
    while (end < this.text.length && this.text[end] !== '"') end += this.text[end] === "\\" ? 2 : 1;
    if (end >= this.text.length) this.fail(from, from + 1, "the quotation mark is never closed");
    this.at = end + 1;
    try {
      return JSON.parse(this.text.slice(from, this.at)) as string;
    } catch {
      return this.fail(from, this.at, "the string holds a line break or an escape that JSON does not have");
    }
  }

  private number(): number | undefined {
    const [written, digits = "", suffix] =
      /^(-?(?:\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|Infinity))([kKmMgGtT])?(?![\w.])/.exec(
        this.text.slice(this.at, this.at + 400),
      ) ?? [];
    if (written === undefined) return undefined;
    if (/^-?0\d/.test(digits)) this.fail(this.at, this.at + written.length, "a number begins with no zero");
    this.at += written.length;
    return Number(digits) * (suffix === undefined ? 1 : (SUFFIXES[suffix] ?? 1));
  }

  private word(): unknown {
    const from = this.at;
    const end = this.wordEnd();
    const word = this.text.slice(from, end);
    if (!WORDS.has(word)) {
      const instead = own(FOREIGN, word);
      if (instead !== undefined) this.fail(from, end, `JSON writes \`${instead}\``, instead);
      this.fail(
        from,
        Math.max(end, from + 1),
        word === "" ? "a value is missing here" : "a string needs double quotes",
      );
    }
    this.at = end;
    return WORDS.get(word);
  }

  private wordEnd(): number {
    let end = this.at;
    while (end < this.text.length && !/[\s,:{}[\]"']/.test(this.text[end] ?? "")) end++;
    return end;
  }

  private space(): void {
    while (/[ \t\n\r]/.test(this.text[this.at] ?? "")) this.at++;
  }

  private take(c: string): boolean {
    if (this.text[this.at] !== c) return false;
    this.at++;
    return true;
  }

  private fail(from: number, to: number, reason: string, instead?: string): never {
    const at = span(from, Math.min(to, Math.max(from, this.text.length)));
    throw new Stop(instead === undefined ? { at, reason } : { at, reason, instead });
  }
}
