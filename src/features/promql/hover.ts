import { own } from "../../base/own";
import { inert } from "../../base/markdown";
import { contains } from "../../base/span";
import type { Position } from "../../base/text";
import type { QuerySite } from "../../metrics/model";
import { queryOf } from "../../metrics/promql";
import type { Folder } from "../workspace/folder";
import type { Hover } from "../hover/hover";
import { PROMQL_FUNCTIONS } from "./functions";
import { LABEL_MEANINGS, metricCard } from "./text";
import type { SourceFile } from "../workspace/workspace";
import type { Span } from "../../base/span";

/** What the metric, label or function at a position in a query is. */
export function queryHoverAt(file: SourceFile, folder: Folder, position: Position): Hover | undefined {
  if (file.status !== "analysed") return undefined;
  const offset = file.index.offsetAt(position);
  const placed = file.documents.findLast((document) => document.offset <= offset);
  if (!placed) return undefined;
  const at = offset - placed.offset;
  const point = { start: at, end: at };
  for (const site of folder.model(placed.source, file).queries) {
    if (!contains(site.text.span, point)) continue;
    const told = partsOf(site, folder).find(({ span }) => contains(placeOf(site, span), point));
    if (!told) continue;
    const { start, end } = placeOf(site, told.span);
    return {
      range: file.index.rangeOf({ start: placed.offset + start, end: placed.offset + end }),
      markdown: inert(told.text()),
      server: undefined,
    };
  }
  return undefined;
}

interface Part {
  readonly span: Span;
  text(): string;
}

function placeOf(site: QuerySite, { start, end }: Span): Span {
  return site.text.spanOf(start, end);
}

const FUNCTIONS = new Map(PROMQL_FUNCTIONS.map(([name, form, means]) => [name, `\`${form}\`\n\n${means}`]));

function partsOf(site: QuerySite, folder: Folder): readonly Part[] {
  const parts: Part[] = [];
  const say = (span: Span, text: string | undefined): void => {
    if (text !== undefined) parts.push({ span, text: () => text });
  };
  queryOf(site).parts.forEach((part) => {
    if (part.kind === "call") say(part.nameSpan, FUNCTIONS.get(part.name));
    if (part.kind === "aggregate") say(part.operatorSpan, FUNCTIONS.get(part.operator));
    if (part.kind !== "selector") return;
    say(part.nameSpan, part.name === undefined ? undefined : metricCard(part.name, folder.servers()));
    for (const { label, span } of part.matchers) {
      const meaning = own(LABEL_MEANINGS, label);
      say({ start: span.start, end: span.start + label.length }, meaning && `**\`${label}\`** · ${meaning}`);
    }
  });
  return parts;
}
