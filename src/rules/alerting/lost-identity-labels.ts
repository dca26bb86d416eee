import { modelLabel } from "../../autoscaling/target";
import type { Aggregate, Expression } from "../../metrics/expression";
import { selectorsIn } from "../../metrics/expression";
import { readMetricName } from "../../metrics/names";
import { queryOf } from "../../metrics/promql";
import { placeInQuery, rewriteQuery } from "../../metrics/rewrite";
import { defineRule } from "../define";

/** Labels of which each tells one server's alert from another's. */
const IDENTITY = new Set(["model_name", "pod", "instance", "service", "job", "deployment", "container"]);

export const lostIdentityLabels = defineRule({
  id: "alerting/lost-identity-labels",
  severity: "warning",
  fix: "suggested",
  subject: "query",
  summary: "An alert adds several models up, and does not say which one is meant.",
  why: `All vLLM servers export the same names. \`sum(vllm:num_requests_waiting) > 10\` fires when the queues of all models together are longer than
10, carries no label that says where, and stays firing when a second model gets into trouble. Group by \`namespace\` and \`model_name\`: then
each model is judged for itself, and the alert names it.`,
  sources: [
    "https://prometheus.io/docs/practices/alerting/",
    "https://docs.vllm.ai/en/latest/usage/metrics/",
  ],
  check(site, report, { view }) {
    if (site.text.templated || site.place !== "alert") return;
    const query = queryOf(site);
    const aggregate = query.uncertain ? undefined : looseAggregate(query.root);
    if (!aggregate) return;
    const models = view.select(
      (all) => new Set(all.servers().flatMap((server) => modelLabel(server) ?? [])).size,
    );
    if (models < 2) return;
    const at = aggregate.operatorSpan;
    report(placeInQuery(site.text, at), {
      message: `\`${aggregate.operator}\` puts the ${models} models in view together: the alert does not say which one it is about.`,
      advice: "Group by `namespace` and `model_name`.",
      fixes: [
        {
          title: "Add `by (namespace, model_name)`",
          apply: (editor) =>
            rewriteQuery(
              editor,
              site.text,
              [{ span: { start: at.end, end: at.end }, newText: " by (namespace, model_name) " }],
              site.node.flow,
            ),
        },
      ],
    });
  },
});

/** The aggregation below a comparison, when it takes every label and no selector narrows it to one model. */
function looseAggregate(root: Expression): Aggregate | undefined {
  if (root.kind !== "binary" || !/^[<>]/.test(root.operator) || root.right.kind !== "number")
    return undefined;
  const { left } = root;
  if (left.kind !== "aggregate" || left.grouping || !/^(sum|avg|max|min)$/.test(left.operator))
    return undefined;
  const selectors = selectorsIn(left.of);
  const isOurs = selectors.every(
    ({ name, matchers }) =>
      name !== undefined &&
      readMetricName(name) !== undefined &&
      !matchers.some(({ label }) => IDENTITY.has(label)),
  );
  return isOurs && selectors.length > 0 ? left : undefined;
}
