/** One line of `/metrics`. */
export interface Sample {
  /** As exposed: `vllm:time_to_first_token_seconds_bucket`. */
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
  /** Name and labels as written: the same series has the same key in the next read of the same pod. */
  readonly key: string;
}

export interface Exposition {
  readonly samples: readonly Sample[];
  /** Lines that are neither comment nor sample. A page of HTML has many. */
  readonly unreadable: number;
  /** False when the text breaks off in the middle: half a body may still parse, with half of the series gone. */
  readonly complete: boolean;
}

/** No line of vLLM's is nearly as long; a longer one is an attack or a mistake. */
const LONGEST_LINE = 16_384;

/**
 * Reads the text format 0.0.4 of Prometheus and OpenMetrics 1.0 as far as samples go
 * (https://prometheus.io/docs/instrumenting/exposition_formats/). Only names that are wanted are read in full: a server's
 * other families cost one look each.
 */
export function readExposition(text: string, wanted: (name: string) => boolean = () => true): Exposition {
  const samples: Sample[] = [];
  let unreadable = 0;
  let start = 0;
  while (start < text.length) {
    const newline = text.indexOf("\n", start);
    const end = newline === -1 ? text.length : newline;
    const first = text.charCodeAt(start);
    if (end > start && first !== HASH && first !== CARRIAGE_RETURN) {
      const sample = end - start > LONGEST_LINE ? undefined : readLine(text, start, end, wanted);
      if (sample === undefined) unreadable++;
      else if (sample !== "unwanted") samples.push(sample);
    }
    start = end + 1;
  }
  return { samples, unreadable, complete: /\n$|(^|\n)# EOF\r?$/.test(text.slice(-8)) };
}

const HASH = 35;
const CARRIAGE_RETURN = 13;
const BRACE = 123;

function readLine(
  text: string,
  start: number,
  end: number,
  wanted: (name: string) => boolean,
): Sample | "unwanted" | undefined {
  let at = start;
  while (at < end && isNameCharacter(text.charCodeAt(at))) at++;
  if (at === start) return undefined;
  const name = text.slice(start, at);
  if (!wanted(name)) return "unwanted";
  const labels = new Map<string, string>();
  if (text.charCodeAt(at) === BRACE) {
    const close = readLabels(text, at + 1, end, labels);
    if (close === undefined) return undefined;
    at = close;
  }
  const key = text.slice(start, at);
  const value = readValue(text.slice(at, end));
  return value === undefined ? undefined : { name, labels, value, key };
}

function isNameCharacter(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 58) /* digits and the colon */ ||
    code === 95
  );
}

/** From after `{`; the offset after `}`, or undefined when the labels are broken. */
function readLabels(
  text: string,
  from: number,
  end: number,
  labels: Map<string, string>,
): number | undefined {
  let at = from;
  for (;;) {
    while (at < end && (text[at] === " " || text[at] === ",")) at++;
    if (text[at] === "}") return at + 1;
    const nameStart = at;
    while (at < end && isNameCharacter(text.charCodeAt(at))) at++;
    if (at === nameStart || text[at] !== "=" || text[at + 1] !== '"') return undefined;
    const name = text.slice(nameStart, at);
    const close = closingQuote(text, at + 2, end);
    if (close === undefined) return undefined;
    labels.set(name, unescape(text.slice(at + 2, close)));
    at = close + 1;
  }
}

function closingQuote(text: string, from: number, end: number): number | undefined {
  for (let at = from; at < end; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at;
  }
  return undefined;
}

function unescape(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(/\\(.)/g, (_, character: string) => (character === "n" ? "\n" : character));
}

/** The number, before a timestamp or an exemplar if there is one. */
function readValue(rest: string): number | undefined {
  const written = /^[ \t]*(\S+)/.exec(rest)?.[1];
  if (written === undefined) return undefined;
  if (/^[+-]?inf(inity)?$/i.test(written)) return written.startsWith("-") ? -Infinity : Infinity;
  if (/^nan$/i.test(written)) return NaN;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(written) ? Number(written) : undefined;
}
