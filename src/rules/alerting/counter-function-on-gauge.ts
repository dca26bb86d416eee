import { own } from "../../base/own";
import { readMetricName } from "../../metrics/names";
import { queryOf } from "../../metrics/promql";
import { placeInQuery, rewriteQuery } from "../../metrics/rewrite";
import { defineRule } from "../define";

/** What each function is replaced with when the metric is of the other type. */
const FOR_COUNTERS: Readonly<Record<string, string>> = {
  rate: "avg_over_time",
  irate: "avg_over_time",
  increase: "delta",
};
const FOR_GAUGES: Readonly<Record<string, string>> = { delta: "increase", idelta: "irate", deriv: "rate" };

export const counterFunctionOnGauge = defineRule({
  id: "alerting/counter-function-on-gauge",
  severity: "error",
  fix: "suggested",
  subject: "query",
  summary: "A function for counters is applied to a vLLM gauge, or one for gauges to a counter.",
  why: `\`rate\`, \`irate\` and \`increase\` take every fall of a value for a restart of the process and add what was there before. On a gauge
such as \`vllm:num_requests_waiting\`, which falls all the time, the result is the sum of its climbs and says nothing about the queue.
\`delta\` and \`deriv\` on a counter do the opposite: a restart makes them negative.`,
  sources: [
    "https://prometheus.io/docs/prometheus/latest/querying/functions/#rate",
    "https://prometheus.io/docs/concepts/metric_types/",
    "https://github.com/vllm-project/vllm/blob/main/vllm/v1/metrics/loggers.py",
  ],
  check(site, report) {
    if (site.text.templated) return;
    queryOf(site).parts.forEach((part) => {
      if (part.kind !== "call") return;
      const range = part.arguments.find((argument) => argument.kind === "range");
      if (range?.kind !== "range" || range.of.kind !== "selector" || range.of.name === undefined) return;
      const read = readMetricName(range.of.name);
      if (!read || read.entry.inferred) return;
      const isGauge = read.entry.type === "gauge";
      const instead = isGauge
        ? own(FOR_COUNTERS, part.name)
        : read.series === "_created"
          ? undefined
          : own(FOR_GAUGES, part.name);
      if (instead === undefined) return;
      const meaning = isGauge ? "its falls are taken for restarts" : "a restart makes it negative";
      report(placeInQuery(site.text, part.nameSpan), {
        message: `\`${part.name}()\` is for ${isGauge ? "counters" : "gauges"} and \`${range.of.name}\` is a ${isGauge ? "gauge" : "counter"}: ${meaning}.`,
        advice: `Use \`${instead}()\`.`,
        fixes: [
          {
            title: `Change \`${part.name}\` to \`${instead}\``,
            apply: (editor) =>
              rewriteQuery(editor, site.text, [{ span: part.nameSpan, newText: instead }], site.node.flow),
          },
        ],
      });
    });
  },
});
