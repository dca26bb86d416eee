import { podField, podItems } from "../../kubernetes/containers";
import { knownText, stringsAt } from "../../kubernetes/known";
import { requiredLabels, type NodeLabel } from "../../kubernetes/node-labels";
import { spotPoolOf } from "../../kubernetes/spot";
import type { KubeObject, PodTemplate } from "../../kubernetes/model";
import type { Spot } from "../../yaml/document";
import { asSeq, mapAt, mapsAt, scalarAt, spotOf } from "../../yaml/node";
import type { View } from "../context";
import { defineRule, type Fix } from "../define";
import { writtenOut } from "../written-out";

export const taintNotTolerated = defineRule({
  id: "scheduling/taint-not-tolerated",
  severity: "warning",
  fix: "suggested",
  subject: "server",
  summary: "The pod may only run on nodes whose taint it does not tolerate.",
  why: `A taint keeps pods off a node unless they tolerate it. AKS taints each Spot node, and a Karpenter NodePool puts its own \`taints\` on all
nodes that it makes. A pod whose node selector leads to such nodes and that has no toleration stays Pending for ever. Nodes with GPUs are a
different matter: many clusters add the toleration by themselves, so that nothing is said about the taint \`nvidia.com/gpu\` of nodes that are not in view.`,
  sources: [
    "https://learn.microsoft.com/azure/aks/spot-node-pool",
    "https://karpenter.sh/docs/concepts/nodepools/#spectemplatespectaints",
    "https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/",
  ],
  check(server, report, { view }) {
    const pod = writtenOut(server)?.pod;
    if (!pod || areTolerationsOpen(pod)) return;
    for (const taint of [...taintOfSpot(pod), ...taintsOfPools(pod, view)]) {
      if (isTolerated(pod, taint)) continue;
      report(spotOf(taint.label.node), {
        message: `\`${taint.label.key}: ${taint.label.text}\` leads to nodes with the taint \`${textOf(taint)}\`, which the pod does not tolerate.`,
        advice: "Add the toleration: without it the pod stays Pending.",
        related: taint.at ? [{ at: taint.at, message: "The taint" }] : [],
        fixes: tolerationFix(pod, taint),
      });
    }
  },
});

interface Taint {
  readonly key: string;
  readonly value: string | undefined;
  readonly effect: string;
  /** The label that leads the pod to nodes with the taint. */
  readonly label: NodeLabel;
  readonly at: Spot | undefined;
}

function taintOfSpot(pod: PodTemplate): readonly Taint[] {
  const pool = spotPoolOf(pod);
  if (!pool?.taint) return [];
  return [{ key: pool.label.key, ...pool.taint, label: pool.label, at: undefined }];
}

/** A NodePool that the pod's labels lead to, and no other in view. */
function taintsOfPools(pod: PodTemplate, view: View): readonly Taint[] {
  const labels = requiredLabels(pod);
  const pools = view.objects("NodePool").filter(({ group }) => group === "karpenter.sh");
  for (const label of labels.values()) {
    const led = pools.filter((pool) => labelsOf(pool).get(label.key) === label.text);
    const [pool] = led;
    if (pool && led.length === 1 && !pool.partial) return taintsOf(pool, label);
  }
  return [];
}

function labelsOf(pool: KubeObject): ReadonlyMap<string, string> {
  const own = stringsAt(mapAt(pool.node, "spec", "template", "metadata"), "labels");
  return pool.name === undefined ? own : new Map([...own, ["karpenter.sh/nodepool", pool.name]]);
}

function taintsOf(pool: KubeObject, label: NodeLabel): readonly Taint[] {
  return mapsAt(pool.node, "spec", "template", "spec", "taints").flatMap((item): Taint[] => {
    const key = knownText(item, "key");
    const effect = knownText(item, "effect");
    if (key === undefined || !/^No(Schedule|Execute)$/.test(effect ?? "") || effect === undefined) return [];
    const place = scalarAt(item, "key");
    return [{ key, value: knownText(item, "value"), effect, label, at: place && spotOf(place) }];
  });
}

function areTolerationsOpen(pod: PodTemplate): boolean {
  const field = podField(pod, "tolerations");
  if (field === undefined) return pod.spec.open;
  const list = asSeq(field);
  return !list || list.open || list.items.some((item) => item.kind !== "map" || item.open);
}

/** As the scheduler compares them (k8s.io/api/core/v1, Toleration.ToleratesTaint). */
function isTolerated(pod: PodTemplate, taint: Taint): boolean {
  return podItems(pod, "tolerations").some((item) => {
    const [key, effect] = [scalarAt(item, "key"), scalarAt(item, "effect")];
    if (effect && effect.text !== "" && effect.text !== taint.effect) return false;
    const exists = scalarAt(item, "operator")?.text === "Exists";
    if (!key || key.text === "") return exists;
    if (key.text !== taint.key) return false;
    return exists || (scalarAt(item, "value")?.text ?? "") === (taint.value ?? "");
  });
}

function textOf({ key, value, effect }: Taint): string {
  return `${key}${value === undefined ? "" : `=${value}`}:${effect}`;
}

function tolerationFix(pod: PodTemplate, { key, value, effect }: Taint): readonly Fix[] {
  if (pod.spec.flow) return [];
  const toleration =
    value === undefined ? { key, operator: "Exists", effect } : { key, operator: "Equal", value, effect };
  return [
    {
      title: `Tolerate \`${key}\``,
      apply(editor) {
        const list = asSeq(pod.spec.entry("tolerations")?.value);
        if (list && list.items.length > 0) editor.addItem(list, toleration);
        else editor.setEntry(pod.spec, "tolerations", [toleration]);
      },
    },
  ];
}
