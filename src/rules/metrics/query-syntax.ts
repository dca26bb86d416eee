import { excerpt, placeInQuery } from "../../metrics/rewrite";
import { mentionsVllmMetric } from "../../metrics/names";
import { queryOf } from "../../metrics/promql";
import type { QuerySite } from "../../metrics/model";
import { textAt } from "../../yaml/node";
import { defineRule } from "../define";

export const querySyntax = defineRule({
  id: "metrics/query-syntax",
  severity: "error",
  fix: "none",
  subject: "query",
  summary: "A query is no PromQL: a parenthesis, quote or operand is missing.",
  why: `Prometheus refuses the query as a whole. A PrometheusRule with one such expression is rejected by the operator's admission webhook or keeps
the whole rule file from being loaded; a KEDA trigger with one is an error at every evaluation, so that the HPA never scales on it.`,
  sources: [
    "https://prometheus.io/docs/prometheus/latest/querying/basics/",
    "https://github.com/prometheus/prometheus/blob/main/web/ui/module/lezer-promql/src/promql.grammar",
  ],
  check(site, report) {
    if (site.text.templated || site.place === "dashboard" || isOtherLanguage(site)) return;
    const query = queryOf(site);
    if (!query.problem || !mentionsVllmMetric(query.text)) return;
    const { start, end } = query.problem;
    const atEnd = query.text.slice(start).trim() === "";
    // A place of no width is shown at the character before it.
    const span = end > start ? query.problem : { start: Math.max(0, start - 1), end: start };
    report(placeInQuery(site.text, span), {
      message: atEnd
        ? "The query ends before it is complete: Prometheus refuses it."
        : `The query cannot be read from \`${excerpt(query.text, { start, end: query.text.length }, 30)}\` on: Prometheus refuses it.`,
      advice: "Check the parentheses, quotes and operators before it.",
    });
  },
});

/** VictoriaMetrics reads a larger language. */
function isOtherLanguage({ object, node }: QuerySite): boolean {
  return (
    object.kind.startsWith("VM") ||
    /victoria|\bvm(select|single|auth)/i.test(textAt(node, "serverAddress") ?? "")
  );
}
