import type { Span } from "../base/span";

/** Whose variables a query may hold: none that are known, Grafana's, or prometheus-adapter's `<<.Series>>`. */
export type Dialect = "plain" | "grafana" | "adapter";

export interface MaskedQuery {
  /** As long as the query as written, so that every place in it is the same. */
  readonly text: string;
  /** Where something stands in for a variable: what it says there is not known. */
  readonly masked: readonly Span[];
}

const GRAFANA = /\$\{[A-Za-z_]\w*(?:\.\w+)*(?::\w+)?\}|\[\[\w+(?::\w+)?\]\]|\$[A-Za-z_]\w*/g;
const ADAPTER = /<<[^<>]*>>/g;

/** Puts something that the grammar can read in the place of each variable. */
export function maskQuery(text: string, dialect: Dialect): MaskedQuery {
  if (dialect === "plain" || !(dialect === "grafana" ? /\$|\[\[/ : /<</).test(text))
    return { text, masked: [] };
  const masked: Span[] = [];
  const replaced = text.replace(dialect === "grafana" ? GRAFANA : ADAPTER, (found: string, at: number) => {
    masked.push({ start: at, end: at + found.length });
    if (found.includes("LabelMatchers")) return `_="${"_".repeat(found.length - 4)}"`;
    return isDuration(text, at) ? "1s".padEnd(found.length) : "_".repeat(found.length);
  });
  return { text: replaced, masked };
}

/** True behind an opening bracket, the colon of a subquery or an `offset`. */
function isDuration(text: string, at: number): boolean {
  return /(?:\[|\[[^\]"]*:|\boffset)\s*-?\s*$/.test(text.slice(Math.max(0, at - 40), at));
}

export function isMasked(span: Span, masked: readonly Span[]): boolean {
  return masked.some(({ start, end }) => start < span.end && span.start < end);
}
