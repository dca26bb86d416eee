import { isComposed } from "../../autoscaling/scaler";
import { prometheusTriggers, type PrometheusTrigger } from "../../metrics/triggers";
import type { ScalerSignal } from "../../kubernetes/model";
import { mentionsVllmMetric } from "../../metrics/names";
import { excerpt, placeInQuery } from "../../metrics/rewrite";
import { mapAt, numberAt, spotOf } from "../../yaml/node";
import { defineRule, type Fix, type Report } from "../define";

export const totalWithValue = defineRule({
  id: "autoscaling/total-with-value",
  severity: "error",
  fix: "suggested",
  subject: "scaler",
  summary:
    "A total over all replicas is compared with metric type Value, which multiplies the replicas by it.",
  why: `With metric type Value the HPA computes \`desired = ceil(ready replicas × value / target)\`. That fits a mean, which falls as
replicas are added. A total does not fall: six running requests against a target of 2 make 3 replicas of 1, then 9, then 27, up to the
maximum, and a total below the target shrinks to the minimum. Only within 10 % of the target does it stand still. AverageValue divides
the total by the replicas and is what a total needs.`,
  sources: [
    "https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/podautoscaler/replica_calculator.go",
    "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#algorithm-details",
    "https://keda.sh/docs/2.20/concepts/scaling-deployments/",
  ],
  check(scaler, report) {
    if (isComposed(scaler)) return;
    for (const trigger of prometheusTriggers(scaler)) {
      const { shape, signal, query } = trigger;
      const isTotal = shape.kind === "total" || (shape.kind === "divided" && shape.divisor === "one");
      if (signal.metricType === "Value" && isTotal && mentionsVllmMetric(query.text))
        reportTrigger(trigger, report);
    }
    if (scaler.type === "hpa") for (const signal of scaler.signals) checkMetric(signal, report);
  },
});

function reportTrigger({ signal, query, text, threshold }: PrometheusTrigger, report: Report): void {
  const target = threshold === undefined ? "the threshold" : String(threshold);
  report(placeInQuery(text, query.root.span), {
    message: `\`${excerpt(query.text, query.root.span)}\` is a total and \`Value\` multiplies the replicas by it over ${target}: above that they grow to the maximum.`,
    advice: "Use AverageValue: delete `metricType`.",
    fixes: [
      {
        title: "Delete `metricType: Value`",
        apply: (editor) => editor.removeEntry(signal.node, "metricType"),
      },
    ],
  });
}

/** The API sums External metrics; adapters sum Object metrics by default. */
function checkMetric(signal: ScalerSignal, report: Report): void {
  const { metric, metricType, type } = signal;
  if (!metric || metric.templated || metricType !== "Value" || (type !== "external" && type !== "object"))
    return;
  if (!/(^|\|)vllm[:_]num_requests_(waiting|running)(\||$)/.test(metric.text)) return;
  report(spotOf(metric), {
    message: `\`${metric.text}\` is a total and \`Value\` multiplies the replicas by it over the target: above that they grow to the maximum.`,
    advice: "Use a target of type AverageValue.",
    severity: "warning",
    fixes: averageFix(signal),
  });
}

function averageFix({ node, type }: ScalerSignal): readonly Fix[] {
  const target = mapAt(node, type, "target");
  const value = target?.entry("value");
  if (!target || !value || numberAt(target, "value") === undefined) return [];
  return [
    {
      title: "Use `AverageValue`",
      apply(editor) {
        if (target.entry("type")) editor.setEntry(target, "type", "AverageValue");
        editor.replace(spotOf(value.key), "averageValue");
      },
    },
  ];
}
