import { totalToGrow } from "../../autoscaling/desired";
import { isComposed } from "../../autoscaling/scaler";
import { prometheusTriggers, type PrometheusTrigger } from "../../metrics/triggers";
import type { Span } from "../../base/span";
import type { Aggregate, Binary } from "../../metrics/expression";
import { mentionsVllmMetric, readMetricName } from "../../metrics/names";
import { excerpt, placeInQuery, rewriteQuery, type QueryChange } from "../../metrics/rewrite";
import { defineRule, type Fix, type Report } from "../define";
import { valueFix } from "./ratio-averagevalue";

export const doubleDivision = defineRule({
  id: "autoscaling/double-division",
  severity: "error",
  fix: "suggested",
  subject: "scaler",
  summary: "A query divides a total by the replicas and AverageValue divides it a second time.",
  why: `With AverageValue, KEDA's default, the HPA divides the value by the replicas itself: \`desired = ceil(value / threshold)\`
is independent of how many run. A query that has already divided asks for \`total / replicas / threshold\`, so the load needed to go
from n to n + 1 replicas grows with n squared: at threshold 10 that is a queue of 12, 45, 100, 177 … instead of 12, 23, 34, 45. Four
replicas with 160 requests waiting stay four, where sixteen are needed. Drop the division, or keep it and set \`metricType: Value\`.`,
  sources: [
    "https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/podautoscaler/replica_calculator.go",
    "https://github.com/kedacore/keda/issues/5781",
    "https://github.com/kedacore/keda/issues/4148",
    "https://github.com/kedacore/keda/issues/2217",
  ],
  check(scaler, report) {
    if (isComposed(scaler)) return;
    for (const trigger of prometheusTriggers(scaler)) {
      const { shape, signal, query } = trigger;
      if (signal.metricType !== "AverageValue" || !mentionsVllmMetric(query.text)) continue;
      if (shape.kind === "divided" && shape.divisor === "replicas")
        reportDivision(trigger, shape.division, report);
      else if (shape.kind === "mean" && isMeanLoad(shape.aggregate, trigger))
        reportMean(trigger, shape.aggregate, report);
    }
  },
});

function reportDivision(trigger: PrometheusTrigger, division: Binary, report: Report): void {
  const { query, text } = trigger;
  report(placeInQuery(text, division.right.outer), {
    message: `\`${excerpt(query.text, division.right.outer)}\` divides by the replicas and AverageValue divides again${growth(trigger)}`,
    advice: "Drop the division, or keep it and set `metricType: Value`.",
    fixes: [dropDivision(trigger, division), valueFix(trigger)],
  });
}

/** The mean of a load gauge is its total over the pods. Of one whose total is a share there is a rule of its own. */
function isMeanLoad(aggregate: Aggregate, { query }: PrometheusTrigger): boolean {
  const { of } = aggregate;
  if (aggregate !== query.root || aggregate.operator !== "avg" || of.kind !== "selector") return false;
  return /^vllm:num_requests_(waiting|running)$/.test(readMetricName(of.name ?? "")?.entry.name ?? "");
}

function reportMean(trigger: PrometheusTrigger, aggregate: Aggregate, report: Report): void {
  const { query, text } = trigger;
  const sum: Fix = {
    title: "Change `avg` to `sum`",
    apply: (editor) =>
      rewriteQuery(editor, text, [{ span: aggregate.operatorSpan, newText: "sum" }], trigger.metadata.flow),
  };
  report(placeInQuery(text, aggregate.span), {
    message: `\`${excerpt(query.text, aggregate.span)}\` is already divided by the replicas and AverageValue divides again${growth(trigger)}`,
    advice: "Sum the metric, or keep the mean and set `metricType: Value`.",
    fixes: [sum, valueFix(trigger)],
  });
}

/** Where the numbers are small enough to be counted, what it costs. */
function growth({ threshold }: PrometheusTrigger): string {
  if (threshold === undefined || threshold <= 0 || threshold > 10_000) return ".";
  return `: 4 replicas become 5 at a total of ${totalToGrow(4, threshold, true)} instead of ${totalToGrow(4, threshold, false)}.`;
}

export function dropDivision(
  { text, metadata }: Pick<PrometheusTrigger, "text" | "metadata">,
  division: Binary,
): Fix {
  const span: Span = { start: division.left.outer.end, end: division.right.outer.end };
  const changes: readonly QueryChange[] = [{ span, newText: "" }];
  return {
    title: "Drop the division",
    apply: (editor) => rewriteQuery(editor, text, changes, metadata.flow),
  };
}
