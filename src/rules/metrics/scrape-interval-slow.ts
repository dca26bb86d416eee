import { knownText } from "../../kubernetes/known";
import { secondsOf } from "../../metrics/promql-tree";
import { scalarAt, spotOf } from "../../yaml/node";
import { defineRule } from "../define";
import { scalersOf } from "../scaled";
import { readsVllm } from "../../metrics/triggers";
import { endpointsOf, watches } from "./monitors";

/** Twice the HPA's own period. */
const SLOW = 30;

export const scrapeIntervalSlow = defineRule({
  id: "metrics/scrape-interval-slow",
  severity: "hint",
  fix: "suggested",
  subject: "object",
  summary: "An autoscaler reads metrics that are scraped less than every 30 s.",
  why: `The HPA decides every 15 s on whatever Prometheus has. With a scrape a minute, a queue that has just begun is seen up to a minute late, and
that minute comes on top of the cold start. The metrics of a vLLM server are small; 15 s costs next to nothing.`,
  sources: [
    "https://prometheus.io/docs/prometheus/latest/configuration/configuration/",
    "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#how-does-a-horizontalpodautoscaler-work",
  ],
  check(object, report, { view }) {
    if (object.kind !== "ServiceMonitor" && object.kind !== "PodMonitor") return;
    const server = view
      .servers()
      .find((one) => watches(object, one, view) && scalersOf(one, view).some(readsVllm));
    if (!server) return;
    for (const endpoint of endpointsOf(object)) {
      const scalar = scalarAt(endpoint, "interval");
      const seconds = secondsOf(knownText(endpoint, "interval") ?? "");
      if (!scalar || seconds === undefined || seconds <= SLOW) continue;
      report(spotOf(scalar), {
        message: `The autoscaler of \`${server.name}\` decides every 15 s on metrics that are up to ${seconds} s old.`,
        advice: "Scrape every 15 s.",
        fixes: [{ title: "Set the interval to `15s`", apply: (editor) => editor.setScalar(scalar, "15s") }],
      });
    }
  },
});
