import type { KubeObject } from "../../kubernetes/model";
import { requiredLabels } from "../../kubernetes/node-labels";
import { amountAt } from "../../kubernetes/quantity";
import type { VllmServer } from "../../vllm/model";
import { mapAt, scalarAt, spotOf, textAt, type YamlMap, type YamlScalar } from "../../yaml/node";
import type { View } from "../context";
import { defineRule, type Fix } from "../define";
import { placeOfServer } from "../places";
import { count } from "../wording";
import { writtenOut } from "../written-out";

/** GPUs of a pod from which on it is most of a node, of which few clusters keep a free one. */
const MOST_OF_A_NODE = 4;

export const rolloutDeadlock = defineRule({
  id: "lifecycle/rollout-deadlock",
  severity: "warning",
  fix: "suggested",
  subject: "server",
  summary: "A rolling update needs GPUs for a new pod before it gives back those of an old one.",
  why: `With the default strategy (25 % surge, 25 % unavailable) a Deployment of up to three replicas starts a new pod before it ends an old one: 25 % of
three, rounded down, is none. The new pod asks for as many GPUs as the old one; when quota, node or cluster have no more, it
stays Pending, the old one stays, and the update waits for ever. \`maxSurge: 0\` with \`maxUnavailable: 1\` ends an old pod first, at the
price of one replica less for the time of a load; with a single replica that is an interruption. Where a quota in view or a node name proves that there are
no more GPUs it is a warning; otherwise, for pods of four GPUs and more, it is for information.`,
  sources: [
    "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment",
    "https://github.com/kaito-project/airunway/issues/400",
  ],
  check(server, report, { view }) {
    const { object, gpu } = server;
    const spec = mapAt(object.node, "spec");
    if (!writtenOut(server) || object.kind !== "Deployment" || !spec || !gpu.count || gpu.claimed) return;
    const replicas = server.pod?.replicas ?? 1;
    const rollout = rolloutOf(spec, replicas);
    if (!rollout || rollout.unavailable > 0 || rollout.surge === 0 || replicas === 0) return;
    const proof = proofOf(server, replicas, view);
    if (!proof && gpu.count < MOST_OF_A_NODE) return;
    report(rollout.node ? spotOf(rollout.node) : placeOfServer(server), {
      message: `A rolling update needs ${count(gpu.count, `free ${nounOf(gpu.resource)}`)} for the new pod before an old one may end${proof ? `; ${proof}` : ""}.`,
      advice: "End an old pod first: `maxSurge: 0` and `maxUnavailable: 1`.",
      severity: proof ? "warning" : "info",
      fixes: strategyFix(spec),
    });
  },
});

function nounOf(resource: string | undefined): string {
  return resource === undefined || /gpu/i.test(resource) ? "GPU" : "accelerator";
}

interface Rollout {
  readonly surge: number;
  readonly unavailable: number;
  readonly node: YamlScalar | undefined;
}

/** Undefined for `Recreate` and for what is not known. Kubernetes rounds the surge up and the unavailable down. */
function rolloutOf(spec: YamlMap, replicas: number): Rollout | undefined {
  const strategy = spec.get("strategy");
  if (strategy !== undefined && strategy.kind !== "map") return undefined;
  const type = strategy?.get("type") === undefined ? "RollingUpdate" : textAt(strategy, "type");
  const rolling = mapAt(strategy, "rollingUpdate");
  const surge = share(scalarAt(rolling, "maxSurge"), replicas, Math.ceil);
  const unavailable = share(scalarAt(rolling, "maxUnavailable"), replicas, Math.floor);
  if (type !== "RollingUpdate" || strategy?.open || rolling?.open) return undefined;
  if (surge === undefined || unavailable === undefined) return undefined;
  return { surge, unavailable, node: scalarAt(rolling, "maxUnavailable") ?? scalarAt(rolling, "maxSurge") };
}

function share(
  node: YamlScalar | undefined,
  replicas: number,
  round: (value: number) => number,
): number | undefined {
  const text = node === undefined ? "25%" : textAt(node);
  const match = /^(\d+)(%?)$/.exec(text ?? "");
  if (!match) return undefined;
  return match[2] === "%" ? round((Number(match[1]) * replicas) / 100) : Number(match[1]);
}

/** What in view says that there are no GPUs for one pod more. */
function proofOf(server: VllmServer, replicas: number, view: View): string | undefined {
  const { gpu, pod, object } = server;
  const each = gpu.count ?? 0;
  const host = pod && requiredLabels(pod).get("kubernetes.io/hostname");
  if (host && each * (replicas + 1) > 8) return `the pods may run on node \`${host.text}\` only`;
  const quotas = view.select((all) =>
    all.objects("ResourceQuota").filter((quota) => quota.namespace === object.namespace && !quota.partial),
  );
  const least = Math.min(...quotas.map((quota) => allowed(quota, gpu.resource)));
  return each * (replicas + 1) > least ? `the namespace's quota allows ${least}` : undefined;
}

function allowed(quota: KubeObject, resource: string | undefined): number {
  return amountAt(mapAt(quota.node, "spec", "hard"), `requests.${resource}`) ?? Infinity;
}

function strategyFix(spec: YamlMap): readonly Fix[] {
  if (spec.flow) return [];
  return [
    {
      title: "Set `maxSurge` to `0` and `maxUnavailable` to `1`",
      apply(editor) {
        const rolling = mapAt(spec, "strategy", "rollingUpdate");
        if (rolling && rolling.entries.length > 0) {
          editor.setEntry(rolling, "maxSurge", 0);
          editor.setEntry(rolling, "maxUnavailable", 1);
        } else if (mapAt(spec, "strategy")) {
          editor.setPath(spec, ["strategy", "rollingUpdate"], { maxSurge: 0, maxUnavailable: 1 });
        } else {
          editor.setEntry(spec, "strategy", {
            type: "RollingUpdate",
            rollingUpdate: { maxSurge: 0, maxUnavailable: 1 },
          });
        }
      },
    },
  ];
}
