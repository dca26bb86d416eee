import { numberAt, spotOf } from "../../yaml/node";
import { defineRule } from "../define";
import { scaledServers } from "../scaled";
import { loadTriggers } from "./scaled-object";

export const chartDefaultTrigger = defineRule({
  id: "autoscaling/chart-default-trigger",
  severity: "error",
  fix: "suggested",
  subject: "scaler",
  summary: "production-stack's own trigger is used, whose query finds no series.",
  why: `Without \`keda.triggers\` the chart writes one trigger with \`vllm:num_requests_waiting{model="<name>"}\`. vLLM's metrics carry the model as
\`model_name\`, and the chart's ServiceMonitor adds no label \`model\`: the query returns nothing, KEDA reads 0, and the replicas stay at the
minimum whatever the load. The query is no sum either, so a second replica would make it fail.`,
  sources: [
    "https://github.com/vllm-project/production-stack/blob/main/helm/templates/scaledobject-vllm.yaml",
    "https://github.com/vllm-project/production-stack/blob/main/helm/templates/servicemonitor-engine.yaml",
    "https://docs.vllm.ai/en/latest/usage/metrics/",
    "https://keda.sh/docs/2.20/scalers/prometheus/",
  ],
  check(scaler, report, { view }) {
    const { spec, form, object, maxReplicas } = scaler;
    if (form !== "production-stack" || !spec || object.partial || spec.entry("triggers")) return;
    // With labels of one's own making the query may find its series.
    if (spec.doc.text.includes("elabelings:")) return;
    const least = numberAt(spec, "minReplicaCount") ?? 0;
    const enabled = spec.entry("enabled");
    const [server] = scaledServers(scaler, view);
    if (!enabled || (maxReplicas !== undefined && maxReplicas <= least)) return;
    report(spotOf(enabled.key), {
      message: `Without \`triggers\` the chart asks for \`vllm:num_requests_waiting{model="${object.name ?? ""}"}\`, a label that vLLM does not set: it stays at ${least} replicas.`,
      advice: "Write `triggers`.",
      fixes: server
        ? [
            {
              title: "Scale on requests in flight, KV cache and queue",
              apply: (editor) => editor.setEntry(spec, "triggers", loadTriggers(server, view)),
            },
          ]
        : [],
    });
  },
});
