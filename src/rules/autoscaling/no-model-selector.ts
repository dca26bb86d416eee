import { modelLabel } from "../../autoscaling/target";
import { prometheusTriggers, type PrometheusTrigger } from "../../metrics/triggers";
import type { Scaler } from "../../kubernetes/model";
import type { Selector } from "../../metrics/expression";
import { readMetricName } from "../../metrics/names";
import { placeInQuery, rewriteQuery, type QueryChange } from "../../metrics/rewrite";
import type { View } from "../context";
import { defineRule, type Fix } from "../define";
import { scaledServers } from "../scaled";

/** Labels that tell apart what is inside one server, not which server it is. */
const INNER_LABELS = new Set([
  "__name__",
  "engine",
  "le",
  "finished_reason",
  "reason",
  "source",
  "sleep_state",
  "position",
]);

export const noModelSelector = defineRule({
  id: "autoscaling/no-model-selector",
  severity: "warning",
  fix: "suggested",
  subject: "scaler",
  summary: "A trigger reads a vLLM metric of every server that Prometheus knows.",
  why: `Every vLLM server exports the same metric names. Without a matcher the query adds up all of them, also those of other models,
other namespaces and test deployments, and their load scales this one. vLLM labels its series with \`model_name\`, the first
\`--served-model-name\`; the Prometheus operator adds \`namespace\`, \`pod\`, \`service\` and \`job\`.`,
  sources: [
    "https://docs.vllm.ai/en/latest/usage/metrics/",
    "https://github.com/vllm-project/vllm/blob/main/vllm/v1/metrics/loggers.py",
    "https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.ServiceMonitor",
  ],
  check(scaler, report, { view }) {
    for (const trigger of prometheusTriggers(scaler)) {
      const { query, text, metadata } = trigger;
      // With multi-tenancy the server itself narrows what a query sees.
      if (text.templated || query.uncertain || metadata.get("namespace") || metadata.get("queryParameters"))
        continue;
      const loose = query.selectors.filter(isLoose);
      const first = loose[0];
      if (!first) continue;
      const alone = view.select((all) => all.servers().length) === 1 && scaler.object.namespace === undefined;
      report(placeInQuery(text, first.span), {
        message: `\`${first.name ?? ""}\` has no label matcher: the trigger counts every vLLM server in Prometheus.`,
        advice: "Match `model_name`, `namespace` or both.",
        ...(alone && { severity: "info" as const }),
        fixes: matcherFix(trigger, loose, scaler, view),
      });
    }
  },
});

function isLoose({ name, matchers }: Selector): boolean {
  if (name === undefined || readMetricName(name) === undefined) return false;
  return matchers.every(
    ({ label, value, operator }) => INNER_LABELS.has(label) || (operator === "=~" && /^\.[*+]$/.test(value)),
  );
}

function matcherFix(
  trigger: PrometheusTrigger,
  loose: readonly Selector[],
  scaler: Scaler,
  view: View,
): readonly Fix[] {
  const matchers = matchersFor(scaler, view);
  if (matchers === "") return [];
  const changes = loose.map((selector) => insertMatchers(selector, matchers));
  return [
    {
      title: `Match \`${matchers}\``,
      apply: (editor) => rewriteQuery(editor, trigger.text, changes, trigger.metadata.flow),
    },
  ];
}

/** `namespace="a",model_name="b"`, as far as they are known. */
function matchersFor(scaler: Scaler, view: View): string {
  const servers = scaledServers(scaler, view);
  const models = new Set(servers.map(modelLabel));
  const model = models.size === 1 ? [...models][0] : undefined;
  const { namespace } = scaler.object;
  return [
    ...(namespace === undefined ? [] : [`namespace=${JSON.stringify(namespace)}`]),
    ...(model === undefined ? [] : [`model_name=${JSON.stringify(model)}`]),
  ].join(",");
}

function insertMatchers({ braces, matchers, span }: Selector, text: string): QueryChange {
  if (!braces) return { span: { start: span.end, end: span.end }, newText: `{${text}}` };
  const at = braces.start + 1;
  return { span: { start: at, end: at }, newText: matchers.length > 0 ? `${text},` : text };
}
