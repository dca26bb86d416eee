import { replicaFloor } from "../../autoscaling/scaler";
import { prometheusTriggers, type PrometheusTrigger } from "../../metrics/triggers";
import { rewriteQuery } from "../../metrics/rewrite";
import { isFill } from "../../metrics/shape";
import { mentionsVllmMetric } from "../../metrics/names";
import { scalarAt, spotOf, textAt, type YamlMap } from "../../yaml/node";
import { defineRule, type Fix } from "../define";

export const missingReadsAsZero = defineRule({
  id: "autoscaling/missing-reads-as-zero",
  severity: "warning",
  fix: "suggested",
  subject: "scaler",
  summary: "Triggers read 0 when their series are missing, and scale down under load.",
  why: `KEDA's \`ignoreNullValues\` is true by default: an empty answer of Prometheus counts as 0. An empty answer is what a renamed metric,
a lost scrape target or a restarted Prometheus gives, so exactly when nothing is known of the load the autoscaler takes the replicas
away. With \`ignoreNullValues: "false"\` an empty answer is an error: the HPA does not scale down on it, and after three errors the
\`fallback\` holds the replicas there are.`,
  sources: [
    "https://keda.sh/docs/2.20/scalers/prometheus/",
    "https://github.com/kedacore/keda/issues/3065",
    "https://keda.sh/docs/2.20/reference/scaledobject-spec/#fallback",
    "https://github.com/kedacore/keda-docs/issues/1812",
  ],
  check(scaler, report) {
    const spec = scaler.spec;
    const { minimum } = replicaFloor(scaler);
    if (!spec || minimum === undefined || minimum < 1 || scaler.object.partial) return;
    const triggers = prometheusTriggers(scaler);
    // One trigger that fails instead of reading 0 is enough to keep the HPA from scaling down.
    if (triggers.length !== scaler.signals.length || !triggers.every(readsZero)) return;
    const first = triggers.find(({ query }) => mentionsVllmMetric(query.text));
    if (!first) return;
    const place = first.metadata.entry("ignoreNullValues") ?? first.metadata.entry("query");
    if (!place) return;
    report(spotOf(place.key), {
      message:
        "When this query returns nothing KEDA reads 0: a lost scrape or a renamed metric scales down under load.",
      advice: 'Set `ignoreNullValues: "false"` with a `fallback`.',
      fixes: [strictFix(triggers, spec, minimum)],
    });
  },
});

function readsZero({ metadata, text, query }: PrometheusTrigger): boolean {
  if (text.templated || metadata.open || query.uncertain) return false;
  const { root } = query;
  if (root.kind === "binary" && root.operator === "or" && isFill(root.right)) return true;
  return (
    scalarAt(metadata, "ignoreNullValues") === undefined || textAt(metadata, "ignoreNullValues") === "true"
  );
}

function strictFix(triggers: readonly PrometheusTrigger[], spec: YamlMap, minimum: number): Fix {
  return {
    title: 'Set `ignoreNullValues: "false"` and a fallback',
    apply(editor) {
      for (const { metadata, text, query } of triggers) {
        const { root } = query;
        if (root.kind === "binary" && isFill(root.right)) {
          const span = { start: root.left.outer.end, end: root.right.outer.end };
          rewriteQuery(editor, text, [{ span, newText: "" }], metadata.flow);
        }
        const present = scalarAt(metadata, "ignoreNullValues");
        if (present) editor.replace(spotOf(present), '"false"');
        else editor.setEntry(metadata, "ignoreNullValues", "false");
      }
      if (spec.entry("fallback")) return;
      const replicas = Math.max(minimum, 1);
      editor.setEntry(spec, "fallback", { failureThreshold: 3, replicas, behavior: "currentReplicas" });
    },
  };
}
