import type { LRParser } from "@lezer/lr";
import type { Span } from "../base/span";
import { walk, type Expression, type Selector } from "./expression";
import { maskQuery, type Dialect } from "./mask";
import type { QuerySite } from "./model";
import { readTree } from "./promql-tree";

/** A query that was read; the same text gives the same object again. */
export interface Query {
  readonly text: string;
  readonly root: Expression;
  /** The root and all it holds, outermost first. */
  readonly parts: readonly Expression[];
  readonly selectors: readonly Selector[];
  /** True when Prometheus would refuse it, or when a variable hides what it says: its shape is unknown then. */
  readonly uncertain: boolean;
  /** Where the grammar ends, when it is not for a variable that the text cannot be read. */
  readonly problem: Span | undefined;
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
export function parseQuery(text: string, dialect: Dialect = "plain"): Query {
  const key = dialect === "plain" ? text : `${dialect}\n${text}`;
  const known = memory.get(key);
  if (known) return known;
  const query = read(text, dialect);
  if (memory.size >= REMEMBERED) memory.delete(memory.keys().next().value ?? "");
  memory.set(key, query);
  return query;
}

const DIALECTS: Readonly<Partial<Record<QuerySite["place"], Dialect>>> = {
  dashboard: "grafana",
  adapter: "adapter",
};

const bySite = new WeakMap<QuerySite, Query>();

/** The query of a place in a manifest, read once however many rules ask. */
export function queryOf(site: QuerySite): Query {
  let query = bySite.get(site);
  if (!query) bySite.set(site, (query = parseQuery(site.text.text, DIALECTS[site.place])));
  return query;
}

function read(text: string, dialect: Dialect): Query {
  const whole: Span = { start: 0, end: text.length };
  if (text.length > MAX_LENGTH) {
    const root: Expression = { kind: "opaque", parts: [], span: whole, outer: whole };
    return { text, root, parts: [root], selectors: [], uncertain: true, problem: undefined };
  }
  const readable = maskQuery(text, dialect);
  const { root, brokenAt, tooDeep } = readTree(parser().parse(readable.text), text, readable.masked);
  const hidden = hasVariables(readable.text);
  const problem = hidden || readable.masked.length > 0 ? undefined : brokenAt;
  const parts: Expression[] = [];
  walk(root, (part) => void parts.push(part));
  return {
    text,
    root,
    parts,
    selectors: parts.filter((part) => part.kind === "selector"),
    uncertain: brokenAt !== undefined || tooDeep || hidden,
    problem,
  };
}

/** Helm and Go templates, Grafana's `$var`, `${var}` and `[[var]]`, KServe's and documentation's `<name>`. */
function hasVariables(text: string): boolean {
  return /\{\{|\$\{|\$[A-Za-z_]|\[\[|<[A-Za-z][\w .-]*>|<</.test(text);
}
