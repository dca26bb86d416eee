import { own } from "../../base/own";
import type { Expression, Range } from "../../metrics/expression";
import type { QuerySite } from "../../metrics/model";
import { mentionsVllmMetric } from "../../metrics/names";
import { queryOf } from "../../metrics/promql";
import { statedInterval, USUAL_INTERVAL } from "../../metrics/scrape-interval";
import { placeInQuery, rewriteQuery } from "../../metrics/rewrite";
import type { View } from "../context";
import { defineRule, type Report } from "../define";

/** With an unknown interval nothing is said of windows from here on. */
const SAFE_WINDOW = 120;

/** Functions that need several samples in their window, with how many. */
const SAMPLES: Readonly<Record<string, number>> = {
  rate: 4, increase: 4, irate: 2, idelta: 2, delta: 4, deriv: 4, avg_over_time: 4, quantile_over_time: 4, stddev_over_time: 4,
}; // prettier-ignore

export const rateWindowShort = defineRule({
  id: "alerting/rate-window-short",
  severity: "warning",
  fix: "suggested",
  subject: "query",
  summary: "The window of a rate holds too few samples for the scrape interval.",
  why: `\`rate\` and \`increase\` need two samples in their window, and a window of less than four scrape intervals loses the result whenever a
scrape is late or fails. Prometheus scrapes every minute unless told otherwise, the operator's charts every 30 s: a window of \`[1m]\` then
holds one or two samples, and the alert comes and goes or never fires. Four intervals is the least, \`[5m]\` the usual choice.`,
  sources: [
    "https://www.robustperception.io/what-range-should-i-use-with-rate/",
    "https://prometheus.io/docs/prometheus/latest/querying/functions/#rate",
    "https://prometheus.io/docs/prometheus/latest/configuration/configuration/",
  ],
  check(site, report, { view }) {
    if (site.text.templated || site.place === "adapter" || !mentionsVllmMetric(site.text.text)) return;
    const query = queryOf(site);
    if (query.uncertain) return;
    query.parts.forEach((part) => {
      if (part.kind !== "call") return;
      const range = part.arguments.find((argument) => argument.kind === "range");
      if (range?.kind === "range" && !range.subquery && isVllm(range.of))
        checkWindow(part.name, range, site, view, report);
    });
  },
});

function isVllm(expression: Expression): boolean {
  return expression.kind === "selector" && mentionsVllmMetric(expression.name ?? "");
}

function checkWindow(call: string, range: Range, site: QuerySite, view: View, report: Report): void {
  const { window } = range;
  const samples = own(SAMPLES, call);
  if (samples === undefined || window.seconds === undefined) return;
  const stated = statedInterval((kind) => view.objects(kind));
  const interval = stated ?? USUAL_INTERVAL;
  if (window.seconds >= samples * interval || (stated === undefined && window.seconds >= SAFE_WINDOW)) return;
  const never = stated !== undefined && window.seconds < 2 * stated;
  const enough = Math.max(300, samples * interval);
  const newText = enough % 60 === 0 ? `${enough / 60}m` : `${enough}s`;
  const held = Math.floor(window.seconds / interval);
  const scrape = stated === undefined ? `the usual ${interval} s scrape` : `a scrape every ${interval} s`;
  report(placeInQuery(site.text, window.span), {
    message: `\`[${window.text}]\` holds ${held === 1 ? "1 sample" : `${held} samples`} with ${scrape}: ${never ? "it never returns data" : "one missed scrape and it returns nothing"}.`,
    advice: `Use at least four scrape intervals, \`[${newText}]\`.`,
    ...(never && { severity: "error" as const }),
    fixes: [
      {
        title: `Change the window to \`[${newText}]\``,
        apply: (editor) => rewriteQuery(editor, site.text, [{ span: window.span, newText }], site.node.flow),
      },
    ],
  });
}
