import { isComposed } from "../../autoscaling/scaler";
import { prometheusTriggers, type PrometheusTrigger } from "../../metrics/triggers";
import { cardinalityOf } from "../../metrics/cardinality";
import { childrenOf, walk, type Aggregate, type Expression } from "../../metrics/expression";
import { mentionsVllmMetric, readMetricName } from "../../metrics/names";
import { excerpt, placeInQuery, rewriteQuery, type QueryChange } from "../../metrics/rewrite";
import { defineRule, type Fix } from "../define";

export const queryShape = defineRule({
  id: "autoscaling/query-shape",
  severity: "error",
  fix: "suggested",
  subject: "scaler",
  summary: "A trigger's query can return several series, and KEDA takes exactly one.",
  why: `KEDA reads the first and only element of an instant vector. A bare selector or a rate of one returns a series for each pod and
engine, so the trigger works with one replica and fails with "returned multiple elements" the moment it has added a second: from then
on the metric is an error, and the HPA no longer scales down and no longer scales up on it. Grouping with \`by\` gives one series per
group. A scalar is no vector and has no elements to read.`,
  sources: [
    "https://github.com/kedacore/keda/blob/main/pkg/scalers/prometheus_scaler.go",
    "https://keda.sh/docs/2.20/scalers/prometheus/",
  ],
  check(scaler, report) {
    for (const trigger of prometheusTriggers(scaler)) {
      const { text, query } = trigger;
      if (text.templated || !mentionsVllmMetric(query.text)) continue;
      const cardinality = cardinalityOf(query);
      if (cardinality === "one" || cardinality === "unknown") continue;
      const at = placeInQuery(text, query.root.span);
      const what = `\`${excerpt(query.text, query.root.span)}\``;
      if (cardinality === "scalar") {
        const message = `${what} is a scalar, and KEDA reads the elements of a vector.`;
        report(at, {
          message,
          advice: "Return a vector, without `scalar()`.",
          severity: "warning",
          fixes: [],
        });
        continue;
      }
      const each =
        cardinality === "many" ? "one series per pod" : `one series per ${groupsOf(query.root) ?? "group"}`;
      report(at, {
        message: `${what} returns ${each}, and KEDA fails on more than one.`,
        advice: "Aggregate it to one value.",
        ...(cardinality === "groups" && { severity: "warning" as const }),
        fixes: isComposed(scaler) ? [] : fixesFor(trigger),
      });
    }
  },
});

function groupsOf(root: Expression): string | undefined {
  const grouping = outermost(root)?.grouping;
  return (
    grouping?.labels
      .filter((label) => label !== "le")
      .map((label) => `\`${label}\``)
      .join(" and ") || undefined
  );
}

function outermost(expression: Expression): Aggregate | undefined {
  if (expression.kind === "aggregate") return expression;
  const inner = childrenOf(expression).flatMap((child) => outermost(child) ?? []);
  return inner.length === 1 ? inner[0] : undefined;
}

/** `sum` for a total with AverageValue, `avg` for a value that is compared as it is. */
function fixesFor({ signal, text, query, metadata }: PrometheusTrigger): readonly Fix[] {
  const { root } = query;
  if (signal.metricType === undefined || holdsQuantile(root)) return [];
  const aggregate = root.kind === "aggregate" ? root : undefined;
  if (aggregate?.grouping) {
    const changes: readonly QueryChange[] = [{ span: withSpaceBefore(query.text, aggregate), newText: "" }];
    return [
      { title: "Drop the grouping", apply: (editor) => rewriteQuery(editor, text, changes, metadata.flow) },
    ];
  }
  const operator = signal.metricType === "Value" ? "avg" : "sum";
  const changes: readonly QueryChange[] = [
    { span: { start: root.outer.start, end: root.outer.start }, newText: `${operator}(` },
    { span: { start: root.outer.end, end: root.outer.end }, newText: ")" },
  ];
  const title = `Wrap it in \`${operator}(…)\``;
  return [{ title, apply: (editor) => rewriteQuery(editor, text, changes, metadata.flow) }];
}

function withSpaceBefore(text: string, { grouping, span }: Aggregate): { start: number; end: number } {
  const { start, end } = grouping?.span ?? span;
  const gap = /^\s*(?=\()/.exec(text.slice(end))?.[0].length ?? 0;
  return { start: text.slice(0, start).trimEnd().length, end: end + gap };
}

/** Quantiles cannot be added, nor averaged: the aggregation has to happen below them. */
function holdsQuantile(root: Expression): boolean {
  let holds = false;
  walk(root, (part) => {
    if (part.kind === "call" && part.name === "histogram_quantile") holds = true;
    if (part.kind === "selector" && readMetricName(part.name ?? "")?.series === "_bucket") holds = true;
  });
  return holds;
}
