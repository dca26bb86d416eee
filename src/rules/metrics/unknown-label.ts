import type { Expression, Selector } from "../../metrics/expression";
import { walk } from "../../metrics/expression";
import type { QuerySite } from "../../metrics/model";
import { readMetricName } from "../../metrics/names";
import { queryOf, type Query } from "../../metrics/promql";
import { placeInQuery, rewriteQuery } from "../../metrics/rewrite";
import type { Span } from "../../base/span";
import { mapsAt, textAt } from "../../yaml/node";
import type { View } from "../context";
import { defineRule, type Report } from "../define";

/** Labels that people take vLLM to have, with the one it has; undefined where it has none for it. */
const MISTAKEN: ReadonlyMap<string, string | undefined> = new Map([
  ["model", "model_name"],
  ["modelName", "model_name"],
  ["model_id", "model_name"],
  ["served_model_name", "model_name"],
  ["engine_id", "engine"],
  ["engine_index", "engine"],
  ["deployment", undefined],
  ["statefulset", undefined],
]);

export const unknownLabel = defineRule({
  id: "metrics/unknown-label",
  severity: "warning",
  fix: "suggested",
  subject: "query",
  summary: "A query matches or groups vLLM's series by a label that they do not have.",
  why: `vLLM labels its series with \`model_name\` and \`engine\`; the scrape adds \`namespace\`, \`pod\`, \`container\`, \`service\`, \`job\`, \`endpoint\` and
\`instance\`. A matcher on another label selects nothing, and grouping by one puts everything into a single group without a name. \`le\` is
only on the \`_bucket\` series of a histogram. Labels that a monitor's relabeling in view makes are taken as given.`,
  sources: [
    "https://github.com/vllm-project/vllm/blob/main/vllm/v1/metrics/loggers.py",
    "https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.RelabelConfig",
    "https://github.com/kaito-project/kaito/issues/2030",
  ],
  check(site, report, { view }) {
    if (site.text.templated || site.place === "adapter") return;
    const query = queryOf(site);
    for (const selector of query.selectors) {
      const read = selector.name === undefined ? undefined : readMetricName(selector.name);
      if (!read || read.entry.moreLabels) continue;
      const own = read.entry.labels ?? [];
      for (const { label, value, span } of selector.matchers) {
        // An empty value means a series without the label.
        if (own.includes(label) || value === "" || !MISTAKEN.has(label) || isMade(label, view)) continue;
        const at = { start: span.start, end: span.start + label.length };
        reportLabel(site, selector, { label, at, effect: `\`${label}\` selects nothing` }, report);
      }
    }
    checkGroups(query, site, report, view);
  },
});

interface LabelUse {
  readonly label: string;
  readonly at: Span;
  readonly effect: string;
}

function reportLabel(
  site: QuerySite,
  selector: Selector,
  { label, at, effect }: LabelUse,
  report: Report,
): void {
  const meant = MISTAKEN.get(label);
  const taken = meant !== undefined && selector.matchers.some((matcher) => matcher.label === meant);
  report(placeInQuery(site.text, at), {
    message: `vLLM's series have no label of this name: ${effect}.`,
    advice: meant === undefined ? "Match `namespace`, `pod` or `service`." : `Write \`${meant}\`.`,
    ...(site.place === "dashboard" && { severity: "info" as const }),
    fixes:
      meant === undefined || taken
        ? []
        : [
            {
              title: `Write \`${meant}\``,
              apply: (editor) =>
                rewriteQuery(editor, site.text, [{ span: at, newText: meant }], site.node.flow),
            },
          ],
  });
}

/** Groupings whose only series are vLLM's. */
function checkGroups(query: Query, site: QuerySite, report: Report, view: View): void {
  query.parts.forEach((part) => {
    if (part.kind !== "aggregate" || part.grouping?.type !== "by") return;
    const selector = onlyVllm(part.of);
    const own = selector ? (readMetricName(selector.name ?? "")?.entry.labels ?? []) : [];
    for (const label of part.grouping.labels) {
      if (!selector || own.includes(label) || !MISTAKEN.has(label) || isMade(label, view)) continue;
      const { start, end } = part.grouping.span;
      const found = new RegExp(`\\b${label}\\b`).exec(query.text.slice(start, end));
      if (!found) continue;
      const at = { start: start + found.index, end: start + found.index + label.length };
      reportLabel(
        site,
        { ...selector, matchers: [] },
        { label, at, effect: `grouping by \`${label}\` makes one group of all` },
        report,
      );
    }
  });
}

/** The first selector below an aggregation when all of them are vLLM's, and nothing on the way makes labels. */
function onlyVllm(expression: Expression): Selector | undefined {
  const selectors: Selector[] = [];
  let makes = false;
  walk(expression, (part) => {
    if (part.kind === "selector") selectors.push(part);
    if (part.kind === "call" && /^(label_|info$)/.test(part.name)) makes = true;
    if (part.kind === "binary" || part.kind === "opaque") makes = true;
  });
  const all = selectors.every(({ name }) => {
    const read = name === undefined ? undefined : readMetricName(name);
    return read !== undefined && !read.entry.moreLabels;
  });
  return !makes && all ? selectors[0] : undefined;
}

/** True for a label that relabeling in view writes, or may write. */
function isMade(label: string, view: View): boolean {
  return view.select((all) =>
    ["ServiceMonitor", "PodMonitor", "PodMonitoring", "ScrapeConfig"].some((kind) =>
      all
        .objects(kind)
        .some(({ node }) =>
          ["endpoints", "podMetricsEndpoints"].some((list) =>
            mapsAt(node, "spec", list).some((endpoint) =>
              ["relabelings", "metricRelabelings"].some((key) =>
                mapsAt(endpoint, key).some((one) => (textAt(one, "targetLabel") ?? label) === label),
              ),
            ),
          ),
        ),
    ),
  );
}
