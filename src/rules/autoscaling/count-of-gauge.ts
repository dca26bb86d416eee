import { asScaler } from "../../autoscaling/scaler";
import { walk, type Aggregate, type Expression } from "../../metrics/expression";
import type { QuerySite } from "../../metrics/model";
import { mentionsVllmMetric } from "../../metrics/names";
import { queryOf } from "../../metrics/promql";
import { isReplicaGauge, replicaCount } from "../../metrics/replica-count";
import { excerpt, placeInQuery, rewriteQuery } from "../../metrics/rewrite";
import { defineRule, type Fix } from "../define";
import { dropDivision } from "./double-division";

export const countOfGauge = defineRule({
  id: "autoscaling/count-of-gauge",
  severity: "warning",
  fix: "suggested",
  subject: "query",
  summary: "count() of a replica gauge counts its series, of which there is one, not the replicas.",
  why: `kube-state-metrics exports the number of replicas as the value of one series per workload:
\`kube_deployment_status_replicas_ready{deployment="x"} 4\`. \`count()\` of it counts series, so the divisor is 1 whatever runs. It becomes
2, and halves the signal, when a second kube-state-metrics replica is scraped or a Deployment of the same name exists in another
namespace; it becomes nothing when kube-state-metrics is away. In a KEDA trigger with AverageValue no division is wanted at all, for
the HPA divides by the replicas itself: replacing \`count\` by \`sum\` there would divide twice.`,
  sources: [
    "https://github.com/kubernetes/kube-state-metrics/blob/main/docs/metrics/workload/deployment-metrics.md",
    "https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/podautoscaler/replica_calculator.go",
  ],
  check(site, report) {
    if (site.text.templated || !mentionsVllmMetric(site.text.text)) return;
    const query = queryOf(site);
    if (query.uncertain) return;
    query.parts.forEach((part) => {
      if (part.kind !== "binary" || (part.operator !== "/" && part.operator !== "*")) return;
      if (replicaCount(part.right) !== "one") return;
      const counted = countIn(part.right);
      if (!counted) return;
      const divides = part.operator === "/";
      report(placeInQuery(site.text, counted.span), {
        message: `\`${excerpt(query.text, counted.span)}\` counts series, not replicas: the ${divides ? "divisor" : "factor"} is 1.`,
        advice:
          divides && isAveraged(site)
            ? "Drop the division: AverageValue divides by the replicas."
            : "Use `sum` in place of `count`.",
        fixes: [
          divides && isAveraged(site)
            ? dropDivision({ text: site.text, metadata: site.node }, part)
            : sumFix(site, counted),
        ],
      });
    });
  },
});

function countIn(expression: Expression): Aggregate | undefined {
  let found: Aggregate | undefined;
  walk(expression, (part) => {
    if (!found && part.kind === "aggregate" && part.operator === "count" && holdsGauge(part)) found = part;
  });
  return found;
}

function holdsGauge(aggregate: Aggregate): boolean {
  let holds = false;
  walk(aggregate.of, (part) => void (holds ||= isReplicaGauge(part)));
  return holds;
}

/** True for a KEDA trigger whose value the HPA divides. */
function isAveraged(site: QuerySite): boolean {
  if (site.place !== "keda-trigger") return false;
  const signal = asScaler(site.object)?.signals.find(({ query }) => query === site.text);
  return signal?.metricType === "AverageValue";
}

function sumFix(site: QuerySite, counted: Aggregate): Fix {
  const changes = [{ span: counted.operatorSpan, newText: "sum" }];
  return {
    title: "Change `count` to `sum`",
    apply: (editor) => rewriteQuery(editor, site.text, changes, site.node.flow),
  };
}
