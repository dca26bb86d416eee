import type { LRParser } from "@lezer/lr";
import type { Span } from "../base/span";
import { selectorsIn, type Expression, type Selector } from "./expression";
import { readTree } from "./promql-tree";

/** A query that was read; the same text gives the same object again. */
export interface Query {
  readonly text: string;
  readonly root: Expression;
  readonly selectors: readonly Selector[];
  /** True when Prometheus would refuse it, or when a variable hides what it says: its shape is unknown then. */
  readonly uncertain: boolean;
}

let loaded: LRParser | undefined;

/** The grammar's tables take about 10 ms to unpack, so the package is loaded with the first query and not at start. */
function parser(): LRParser {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would be read at start, and import() is too late
  loaded ??= (require("@prometheus-io/lezer-promql") as { readonly parser: LRParser }).parser;
  return loaded;
}

/** Longer texts are not written by hand, and nothing is said of them. */
const MAX_LENGTH = 20_000;
const REMEMBERED = 256;

const memory = new Map<string, Query>();

/** Reads a PromQL expression. Never throws: what cannot be read is marked uncertain. */
export function parseQuery(text: string): Query {
  const known = memory.get(text);
  if (known) return known;
  const query = read(text);
  if (memory.size >= REMEMBERED) memory.delete(memory.keys().next().value ?? "");
  memory.set(text, query);
  return query;
}

function read(text: string): Query {
  const whole: Span = { start: 0, end: text.length };
  if (text.length > MAX_LENGTH) {
    return {
      text,
      root: { kind: "opaque", parts: [], span: whole, outer: whole },
      selectors: [],
      uncertain: true,
    };
  }
  const { root, broken } = readTree(parser().parse(text), text);
  return { text, root, selectors: selectorsIn(root), uncertain: broken || hasVariables(text) };
}

/** Helm and Go templates, Grafana's `$var`, `${var}` and `[[var]]`, KServe's and documentation's `<name>`. */
function hasVariables(text: string): boolean {
  return /\{\{|\$\{|\$[A-Za-z_]|\[\[|<[A-Za-z][\w .-]*>|<</.test(text);
}
