import { replicaFloor } from "../../autoscaling/scaler";
import { isTrue } from "../../kubernetes/known";
import { prometheusTriggers } from "../../metrics/triggers";
import { spotOf, type YamlMap } from "../../yaml/node";
import { defineRule, type Report } from "../define";
import { concernsVllm } from "./scope";

export const inertSetting = defineRule({
  id: "autoscaling/inert-setting",
  severity: "info",
  fix: "safe",
  subject: "scaler",
  summary: "pollingInterval or activationThreshold is set where KEDA makes no use of it.",
  why: `KEDA polls for one purpose: to make the step between zero, or \`idleReplicaCount\`, and the first replicas. With
\`minReplicaCount: 1\` or more there is no such step. The HPA then asks for the metrics itself every 15 s, and each of its questions goes to
Prometheus, unless \`useCachedMetrics\` is set. \`activationThreshold\` decides the same step and no other.`,
  sources: [
    "https://keda.sh/docs/2.20/reference/scaledobject-spec/#pollinginterval",
    "https://keda.sh/docs/2.20/concepts/scaling-deployments/#activating-and-scaling-thresholds",
    "https://github.com/kedacore/keda/blob/main/apis/keda/v1alpha1/scaledobject_webhook.go",
  ],
  check(scaler, report, { view }) {
    const spec = scaler.spec;
    if (!spec || scaler.object.kind !== "ScaledObject" || scaler.object.partial) return;
    const { minimum, hasIdle } = replicaFloor(scaler);
    if (minimum === undefined || minimum < 1 || hasIdle || !concernsVllm(scaler, view)) return;
    const isCached = scaler.signals.some(({ node }) => node.open || isTrue(node, "useCachedMetrics"));
    if (!isCached) reportInert(spec, "pollingInterval", minimum, report);
    for (const { metadata } of prometheusTriggers(scaler))
      reportInert(metadata, "activationThreshold", minimum, report);
  },
});

function reportInert(map: YamlMap, field: string, minimum: number, report: Report): void {
  const entry = map.entry(field);
  if (!entry || entry.key.templated) return;
  const effect =
    field === "pollingInterval"
      ? "the HPA asks every 15 s regardless"
      : "only the step from zero depends on it";
  report(spotOf(entry.key), {
    message: `\`${field}\` is not used with \`minReplicaCount: ${minimum}\`: ${effect}.`,
    advice: "Delete it.",
    fixes: [{ title: `Delete \`${field}\``, apply: (editor) => editor.removeEntry(map, field) }],
  });
}
