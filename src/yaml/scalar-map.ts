import type { ScalarStyle } from "./node";

/** A scalar's content together with the source offset of each of its characters. */
interface Decoded {
  readonly text: string;
  /** `offsets[i]` is where character i begins; the last entry is where the content ends. */
  readonly offsets: readonly number[];
}

/**
 * Decodes a scalar's source the way YAML 1.2 (chapters 7.3 and 8.1) folds and unescapes it, keeping offsets. No library
 * keeps them. Callers compare the text with the parser's and fall back to the whole token when the two disagree.
 */
export function decodeScalar(source: string, style: ScalarStyle): Decoded {
  switch (style) {
    case "plain":
      return decodeFlow(source, 0, source.length, "plain");
    case "single":
    case "double":
      return decodeFlow(source, 1, closingQuote(source, style), style);
    case "literal":
    case "folded":
      return decodeBlock(source, style);
  }
}

function closingQuote(source: string, style: "single" | "double"): number {
  const quote = style === "single" ? "'" : '"';
  return source.length > 1 && source.endsWith(quote) ? source.length - 1 : source.length;
}

class Builder {
  text = "";
  readonly offsets: number[] = [];

  add(characters: string, offset: number): void {
    for (let i = 0; i < characters.length; i++) this.offsets.push(offset);
    this.text += characters;
  }

  /** Copies source characters one to one. */
  copy(source: string, from: number, to: number): void {
    for (let i = from; i < to; i++) this.offsets.push(i);
    this.text += source.slice(from, to);
  }

  trimTo(length: number): void {
    this.text = this.text.slice(0, length);
    this.offsets.length = length;
  }

  done(end: number): Decoded {
    return { text: this.text, offsets: [...this.offsets, end] };
  }
}

type FlowStyle = "plain" | "single" | "double";

function decodeFlow(source: string, from: number, to: number, style: FlowStyle): Decoded {
  const out = new Builder();
  // Spaces that an escape wrote are content even before a line break.
  let keepUpTo = 0;
  let i = from;
  while (i < to) {
    const c = source[i] ?? "";
    if (c === "\n" || c === "\r") {
      i = foldBreaks(source, i, to, out, keepUpTo);
    } else if (style === "single" && c === "'" && source[i + 1] === "'" && i + 1 < to) {
      out.add("'", i);
      i += 2;
    } else if (style === "double" && c === "\\") {
      i = unescape(source, i, to, out);
      keepUpTo = out.text.length;
    } else {
      out.copy(source, i, i + 1);
      i++;
    }
  }
  return out.done(to);
}

/** One line break becomes a space, n become n - 1 breaks; white space around them goes. */
function foldBreaks(source: string, at: number, to: number, out: Builder, keepUpTo: number): number {
  let length = out.text.length;
  while (length > keepUpTo && /[ \t]/.test(out.text[length - 1] ?? "")) length--;
  out.trimTo(length);
  let breaks = 0;
  let i = at;
  for (; i < to && /[ \t\r\n]/.test(source[i] ?? ""); i++) {
    if (source[i] === "\n" || (source[i] === "\r" && source[i + 1] !== "\n")) breaks++;
  }
  out.add(breaks === 1 ? " " : "\n".repeat(breaks - 1), at);
  return i;
}

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  "0": "\0", a: "\x07", b: "\b", t: "\t", "\t": "\t", n: "\n", v: "\v", f: "\f", r: "\r", e: "\x1b",
  " ": " ", '"': '"', "/": "/", "\\": "\\", N: "\x85", _: "\xa0", L: "\u2028", P: "\u2029",
}; // prettier-ignore

const HEX_LENGTH: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

function unescape(source: string, at: number, to: number, out: Builder): number {
  const c = source[at + 1] ?? "";
  const hex = HEX_LENGTH[c];
  if (hex !== undefined) {
    const code = Number.parseInt(source.slice(at + 2, at + 2 + hex), 16);
    if (code >= 0 && code <= 0x10ffff) out.add(String.fromCodePoint(code), at);
    return at + 2 + hex;
  }
  if (c === "\n" || c === "\r") {
    // An escaped line break joins the lines; the next one's indentation goes.
    let i = at + (c === "\r" && source[at + 2] === "\n" ? 3 : 2);
    while (i < to && /[ \t]/.test(source[i] ?? "")) i++;
    return i;
  }
  out.add(SIMPLE_ESCAPES[c] ?? c, at);
  return at + 2;
}

interface Line {
  readonly start: number;
  readonly end: number;
  readonly indent: number;
}

function decodeBlock(source: string, style: "literal" | "folded"): Decoded {
  const headerEnd = source.indexOf("\n");
  if (headerEnd === -1) return { text: "", offsets: [source.length] };
  const header = source.slice(1, headerEnd);
  const lines = blockLines(source, headerEnd + 1);
  const chomp = /^\d?([+-])/.exec(header)?.[1];
  const indent = lines.find((line) => !isBlank(line))?.indent ?? 0;
  // Trailing white space that reaches past the indentation is content, so its line is no longer trailing.
  let last = lines.length;
  while (last > 0 && isBlank(lines[last - 1]) && (lines[last - 1]?.indent ?? 0) <= indent) last--;
  const explicit = /^[+-]?\d/.test(header);
  const out = new Builder();
  if (!explicit) foldLines(source, lines.slice(0, last), indent, style, out);
  finish(source, lines, last, chomp, out);
  return out.done(source.length);
}

/** Chomping: `-` drops the last break, `+` keeps every one, otherwise one stays. */
function finish(
  source: string,
  lines: readonly Line[],
  last: number,
  chomp: string | undefined,
  out: Builder,
): void {
  if (last > 0 && chomp !== "-") out.add("\n", lines[last - 1]?.end ?? source.length);
  if (chomp !== "+") return;
  for (const line of lines.slice(last)) if (source[line.end] !== undefined) out.add("\n", line.end);
}

function blockLines(source: string, from: number): readonly Line[] {
  const lines: Line[] = [];
  let start = from;
  while (start < source.length) {
    const newline = source.indexOf("\n", start);
    const stop = newline === -1 ? source.length : newline;
    const end = stop > start && source[stop - 1] === "\r" ? stop - 1 : stop;
    let indent = 0;
    while (start + indent < end && source[start + indent] === " ") indent++;
    lines.push({ start, end, indent });
    start = stop + 1;
  }
  return lines;
}

function isBlank(line: Line | undefined): boolean {
  return line === undefined || line.start + line.indent >= line.end;
}

/** Literal keeps each break; folded joins neighbours with a space unless one of them is indented further. */
function foldLines(
  source: string,
  lines: readonly Line[],
  indent: number,
  style: "literal" | "folded",
  out: Builder,
): void {
  let separator = "";
  let previousDeeper = false;
  let breakAt = 0;
  for (const line of lines) {
    const from = Math.min(line.start + indent, line.end);
    const deeper = line.indent > indent || source[from] === "\t";
    const blank = from >= line.end;
    if (style === "literal") {
      out.add(separator, breakAt);
      out.copy(source, from, line.end);
      separator = "\n";
    } else if (deeper) {
      if (separator === " ") separator = "\n";
      else if (separator === "\n" && !previousDeeper) separator = "\n\n";
      out.add(separator, breakAt);
      out.copy(source, from, line.end);
      separator = "\n";
      previousDeeper = true;
    } else if (blank) {
      if (separator === "\n" || out.text.trim() === "") out.add("\n", line.end);
      else separator = "\n";
    } else {
      out.add(separator, breakAt);
      out.copy(source, from, line.end);
      separator = " ";
      previousDeeper = false;
    }
    breakAt = line.end;
  }
}
