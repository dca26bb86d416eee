import { walkWithin, type Expression, type Selector } from "../../metrics/expression";
import { readMetricName } from "../../metrics/names";
import { queryOf } from "../../metrics/promql";
import { excerpt, placeInQuery, rewriteQuery } from "../../metrics/rewrite";
import { defineRule } from "../define";

export const rawCounterCompare = defineRule({
  id: "alerting/raw-counter-compare",
  severity: "warning",
  fix: "suggested",
  subject: "query",
  summary: "An alert compares a counter itself with a number, not its increase.",
  why: `A counter only grows, until the process restarts. An alert on its value begins to fire once that many events have ever happened and goes on
until the next restart, whatever happens now. What is meant is how many there were lately: \`increase(…[5m])\`.`,
  sources: [
    "https://prometheus.io/docs/concepts/metric_types/#counter",
    "https://prometheus.io/docs/prometheus/latest/querying/functions/#increase",
  ],
  check(site, report) {
    if (site.text.templated || site.place !== "alert") return;
    const query = queryOf(site);
    if (query.uncertain) return;
    walkWithin(query.root, (part, above) => {
      if (part.kind !== "binary" || !/^>=?$/.test(part.operator) || part.right.kind !== "number") return;
      // Beside another condition it may only ask whether there was any traffic at all.
      if (above.some(({ kind }) => kind === "binary" || kind === "call")) return;
      const counter = counterIn(part.left);
      if (!counter) return;
      const { start, end } = counter.outer;
      const changes = [
        { span: { start, end: start }, newText: "increase(" },
        { span: { start: end, end }, newText: "[5m])" },
      ];
      report(placeInQuery(site.text, part.span), {
        message: `\`${counter.name ?? ""}\` only grows: \`${excerpt(query.text, part.span)}\` stays true once it is.`,
        advice: "Compare its increase over a window.",
        fixes: [
          {
            title: "Wrap it in `increase(…[5m])`",
            apply: (editor) => rewriteQuery(editor, site.text, changes, site.node.flow),
          },
        ],
      });
    });
  },
});

/** A counter as it is, or summed up: any function on the way may be what makes it right. */
function counterIn(expression: Expression): Selector | undefined {
  if (expression.kind === "aggregate" && /^(sum|max|min|avg)$/.test(expression.operator))
    return counterIn(expression.of);
  if (expression.kind !== "selector" || expression.name === undefined) return undefined;
  const read = readMetricName(expression.name);
  if (!read || read.entry.inferred || read.series === "_created") return undefined;
  const isCounter = read.entry.type === "counter" || (read.entry.type === "histogram" && read.series !== "");
  return isCounter ? expression : undefined;
}
