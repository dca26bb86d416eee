import { parser } from "@prometheus-io/lezer-promql";
import { objectsOf } from "../../src/kubernetes/objects";
import { queriesOf } from "../../src/metrics/queries";
import type { QuerySite } from "../../src/metrics/model";
import type { RuleContext, View } from "../../src/rules/context";
import { RULES } from "../../src/rules/index";
import { parseDocument } from "../../src/yaml/parse";
import { contender, race } from "./measure";
import { ratio, type Result } from "./result";

const COUNT = 1000;
const ROUNDS = 15;
const WARM_UP = 5;

/** Expressions as alerts have them; no two rounds share one, so that nothing is remembered. */
function expressionsOf(round: number): readonly string[] {
  const shapes: readonly ((label: string, i: number) => string)[] = [
    (label, i) =>
      `sum by (namespace, model_name) (increase(vllm:num_preemptions_total{namespace="${label}"}[5m])) > ${i}`,
    (label, i) =>
      `avg(avg_over_time(vllm:kv_cache_usage_perc{model_name="${label}"}[10m])) > 0.${(i % 9) + 1}`,
    (label) =>
      `histogram_quantile(0.95, sum by (le, model_name) (rate(vllm:time_to_first_token_seconds_bucket{model_name="${label}"}[5m]))) > 5`,
    (label) =>
      `sum(rate(vllm:prefix_cache_hits_total{namespace="${label}"}[1m])) / sum(rate(vllm:prefix_cache_queries_total{namespace="${label}"}[5m])) < 0.2`,
    (label, i) => `max by (pod) (vllm:num_requests_waiting{pod=~"${label}-.*"}) > ${i} and on (pod) up == 1`,
  ];
  return Array.from({ length: COUNT }, (_, i) => shapes[i % shapes.length]?.(`m${round}-${i}`, i) ?? "");
}

function sitesOf(expressions: readonly string[]): readonly QuerySite[] {
  const rules = expressions
    .map((expr, i) => `    - alert: A${i}\n      expr: '${expr}'\n      for: 5m\n`)
    .join("");
  const yaml = `apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: a}\nspec:\n  groups:\n  - name: a\n    rules:\n${rules}`;
  const facts = { path: "a.yaml", kustomize: "none", helmTemplate: false } as const;
  return objectsOf(parseDocument(yaml), facts).flatMap(queriesOf);
}

/** Everything that the rules make of the queries of a file, against Prometheus' own grammar reading them. */
export function promql(): readonly Result[] {
  let reported = 0;
  // Made before the first round: what collecting the YAML's garbage takes is no part of this.
  const files = Array.from({ length: ROUNDS + WARM_UP }, (_, round) => sitesOf(expressionsOf(round)));
  const analysis = contender(
    (round) => files[round] ?? [],
    (sites) => void (reported += analyse(sites)),
  );
  const parse = contender(
    (round) => expressionsOf(round),
    (expressions) => expressions.forEach((text) => parser.parse(text)),
  );
  const [ours, lezer] = race([analysis, parse], ROUNDS, WARM_UP);
  if (!ours || !lezer || reported === 0) throw new Error("nothing was measured");
  return [
    ratio(
      `PromQL of a file with ${COUNT} rules, all query rules`,
      ours,
      { name: "its lezer parse", times: lezer },
      { ceiling: 4, goal: 2 },
    ),
  ];
}

function analyse(sites: readonly QuerySite[]): number {
  const view: View = {
    objects: () => [],
    named: () => [],
    lookup: () => [],
    servers: () => [],
    scalers: () => [],
    queries: () => sites,
    select: (pick) => pick(view),
  };
  const context = { view } as RuleContext;
  let findings = 0;
  for (const rule of RULES) {
    if (rule.subject !== "query") continue;
    for (const site of sites) rule.check(site, () => void findings++, context);
  }
  return findings;
}
