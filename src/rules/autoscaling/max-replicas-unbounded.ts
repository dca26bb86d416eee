import type { KubeObject, Scaler } from "../../kubernetes/model";
import type { VllmServer } from "../../vllm/model";
import { mapAt, numberAt, scalarAt, spotOf, type YamlMap } from "../../yaml/node";
import { allEntries } from "../../kubernetes/entries";
import type { View } from "../context";
import { defineRule, type Report } from "../define";
import { scaledServers } from "../scaled";
import { count } from "../wording";
import { concernsVllm, isComplete } from "./scope";

/** KEDA's default. */
const UNBOUNDED = 100;

export const maxReplicasUnbounded = defineRule({
  id: "autoscaling/max-replicas-unbounded",
  severity: "warning",
  fix: "suggested",
  subject: "scaler",
  summary: "An autoscaler may ask for more replicas than there are GPUs for.",
  why: `KEDA's default for \`maxReplicaCount\` is 100. Each replica of a vLLM server takes whole GPUs: with a node autoscaler that is a bill, and
without one, or behind a ResourceQuota, the replicas over the limit stay pending or are not created. Pending replicas count in the HPA's
arithmetic while they carry no load.`,
  sources: [
    "https://keda.sh/docs/2.20/reference/scaledobject-spec/#maxreplicacount",
    "https://kubernetes.io/docs/concepts/policy/resource-quotas/",
    "https://github.com/llm-d/llm-d-workload-variant-autoscaler/issues/1454",
  ],
  check(scaler, report, { view }) {
    const spec = scaler.spec;
    if (!spec || scaler.object.kind === "ScaledJob" || !isComplete(scaler) || !concernsVllm(scaler, view))
      return;
    const [server] = scaledServers(scaler, view);
    const quota = server && quotaOf(server, scaler, view);
    if (!spec.get("maxReplicaCount") && scaler.type === "keda") reportMissing(spec, quota, report);
    else if (server && quota) reportOver(scaler, spec, server, quota, report);
  },
});

interface Quota {
  readonly gpus: number;
  readonly most: number;
}

/** GPUs that the namespace's quota in view allows, and the replicas they are enough for. */
function quotaOf(server: VllmServer, scaler: Scaler, view: View): Quota | undefined {
  const { resource, count: each } = server.gpu;
  if (resource === undefined || each === undefined || each < 1 || server.multiNode) return undefined;
  const limits = view
    .objects("ResourceQuota")
    .filter(({ namespace }) => namespace === scaler.object.namespace)
    .flatMap((quota) => gpusIn(quota, resource) ?? []);
  if (limits.length === 0) return undefined;
  const gpus = Math.min(...limits);
  return { gpus, most: Math.floor(gpus / each) };
}

function gpusIn(quota: KubeObject, resource: string): number | undefined {
  const hard = mapAt(quota.node, "spec", "hard");
  const keys = [`requests.${resource}`, `limits.${resource}`];
  const key = hard && allEntries(hard).find((entry) => keys.includes(entry.key.text))?.key.text;
  return key === undefined ? undefined : numberAt(hard, key);
}

function reportMissing(spec: YamlMap, quota: Quota | undefined, report: Report): void {
  const misnamed = spec.entry("maxReplicas");
  const at = misnamed ?? spec.entry("scaleTargetRef");
  // The fix for a misnamed minimum renames both.
  if (!at || (misnamed && spec.entry("minReplicas"))) return;
  report(spotOf(at.key), {
    message: misnamed
      ? `\`maxReplicas\` is the HPA's name for it: KEDA ignores it and goes up to ${UNBOUNDED}.`
      : `\`maxReplicaCount\` is not set and defaults to ${UNBOUNDED} replicas${quota ? `; the quota is enough for ${quota.most}` : ""}.`,
    advice: misnamed ? "Write `maxReplicaCount`." : "Set it to what there are GPUs for.",
    fixes: misnamed
      ? [
          {
            title: "Rename it to `maxReplicaCount`",
            apply: (editor) => editor.replace(spotOf(misnamed.key), "maxReplicaCount"),
          },
        ]
      : quota && quota.most >= 1
        ? [
            {
              title: `Set \`maxReplicaCount\` to \`${quota.most}\``,
              apply: (editor) => editor.setEntry(spec, "maxReplicaCount", quota.most),
            },
          ]
        : [],
  });
}

function reportOver(scaler: Scaler, spec: YamlMap, server: VllmServer, quota: Quota, report: Report): void {
  const field = scaler.type === "keda" ? "maxReplicaCount" : "maxReplicas";
  const scalar = scalarAt(spec, field);
  const each = server.gpu.count ?? 1;
  const most = scaler.maxReplicas;
  if (!scalar || most === undefined || most <= quota.most || quota.most < 1) return;
  report(spotOf(scalar), {
    message: `${most} replicas of ${count(each, "GPU")} need ${most * each}, and the quota of the namespace is ${quota.gpus}.`,
    advice: `Set \`${field}\` to ${quota.most}, or raise the quota.`,
    fixes: [
      {
        title: `Set \`${field}\` to \`${quota.most}\``,
        apply: (editor) => editor.setScalar(scalar, quota.most),
      },
    ],
  });
}
