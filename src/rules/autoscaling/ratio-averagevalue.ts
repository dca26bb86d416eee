import { mostReplicas } from "../../autoscaling/desired";
import { isComposed } from "../../autoscaling/scaler";
import { prometheusTriggers, type PrometheusTrigger } from "../../metrics/triggers";
import type { Scaler } from "../../kubernetes/model";
import { childrenOf, type Aggregate, type Expression } from "../../metrics/expression";
import { excerpt, placeInQuery, rewriteQuery } from "../../metrics/rewrite";
import type { RuleContext } from "../context";
import { defineRule, type Fix } from "../define";
import { scaledServers } from "../scaled";

export const ratioAverageValue = defineRule({
  id: "autoscaling/ratio-averagevalue",
  severity: "error",
  fix: "suggested",
  subject: "scaler",
  summary:
    "A mean or ratio from 0 to 1 is compared with AverageValue, which divides it by the replicas again.",
  why: `KEDA's default metric type is AverageValue. The HPA behind it then computes \`desired = ceil(value / threshold)\` and keeps
the current number within 10 %: it does the division by replicas itself, so the value has to be a total. A mean stays at 1 or below
however many replicas run, so the answer can never exceed \`ceil(1 / threshold)\`: 2 for a threshold of 0.8, and from 1 replica only
above 0.88. At eight replicas with every cache full it votes to shrink to 2. Sum the metric over the replicas and keep AverageValue,
or keep the mean and set \`metricType: Value\`, with which the HPA multiplies the ready replicas by value over threshold.`,
  sources: [
    "https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/podautoscaler/replica_calculator.go",
    "https://keda.sh/docs/2.20/scalers/prometheus/",
    "https://github.com/kedacore/keda/issues/5781",
    "https://github.com/EclipseFdn/open-vsx.org/pull/10893",
  ],
  check(scaler, report, context) {
    if (isComposed(scaler)) return;
    for (const trigger of prometheusTriggers(scaler)) {
      const { shape, threshold, signal, query, text } = trigger;
      if (signal.metricType !== "AverageValue" || threshold === undefined) continue;
      if ((shape.kind !== "mean" && shape.kind !== "ratio") || shape.upper === undefined) continue;
      if (threshold <= 0 || threshold > shape.upper) continue;
      const sum = sumFix(trigger, scaler, context);
      report(placeInQuery(text, query.root.span), {
        message: messageFor(trigger, shape.upper, threshold, scaler),
        advice: `${sum ? "Sum the metric over the replicas, or set" : "Set"} \`metricType: Value\` on the trigger.`,
        fixes: [...(sum ?? []), valueFix(trigger)],
      });
    }
  },
});

function messageFor({ query }: PrometheusTrigger, upper: number, threshold: number, scaler: Scaler): string {
  const most = mostReplicas(upper, threshold);
  const subject = `\`${excerpt(query.text, query.root.span)}\` never exceeds ${upper} and AverageValue divides it by the replicas again`;
  const limit = scaler.maxReplicas;
  if (limit !== undefined && most >= limit)
    return `${subject}: the HPA wants value / ${threshold} replicas, however many share the load.`;
  return `${subject}: with threshold ${threshold} the HPA never wants more than ${most === 1 ? "1 replica" : `${most} replicas`}.`;
}

/** The means that a query consists of; undefined when one of them is not a plain one that a sum could replace. */
function plainMeans(expression: Expression): readonly Aggregate[] | undefined {
  if (expression.kind === "aggregate") {
    return expression.parameter === undefined && /^(avg|max|min)$/.test(expression.operator)
      ? [expression]
      : undefined;
  }
  if (expression.kind === "binary" && expression.operator === "/" && expression.right.kind !== "number")
    return undefined;
  const found: Aggregate[] = [];
  for (const child of childrenOf(expression)) {
    if (child.kind === "number") continue;
    const means = plainMeans(child);
    if (!means) return undefined;
    found.push(...means);
  }
  return found.length > 0 ? found : undefined;
}

/** One series per engine: with several in a pod, the mean of each pod is what a replica contributes. */
function sumFix(
  { query, text, metadata }: PrometheusTrigger,
  scaler: Scaler,
  { view }: RuleContext,
): readonly Fix[] | undefined {
  const means = plainMeans(query.root);
  if (!means) return undefined;
  const enginesPerPod = scaledServers(scaler, view).some(({ engine }) => {
    const parallel = engine.integer("--data-parallel-size");
    return parallel.known && parallel.value > 1;
  });
  const changes = means.flatMap(({ operatorSpan, span, operator }) =>
    enginesPerPod
      ? [
          { span: operatorSpan, newText: `sum(${operator} by (pod) ` },
          { span: { start: span.end, end: span.end }, newText: ")" },
        ]
      : [{ span: operatorSpan, newText: "sum" }],
  );
  const what = enginesPerPod
    ? "Sum the means of the pods"
    : `Change \`${means[0]?.operator ?? "avg"}\` to \`sum\``;
  return [{ title: what, apply: (editor) => rewriteQuery(editor, text, changes, metadata.flow) }];
}

export function valueFix({ signal }: PrometheusTrigger): Fix {
  return {
    title: "Set `metricType: Value`",
    apply: (editor) => editor.setEntry(signal.node, "metricType", "Value"),
  };
}
