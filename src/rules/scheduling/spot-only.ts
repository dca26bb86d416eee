import { podField } from "../../kubernetes/containers";
import { selectsPod, serviceOf } from "../../kubernetes/services";
import { spotPoolOf, type SpotPool } from "../../kubernetes/spot";
import type { PodTemplate } from "../../kubernetes/model";
import type { VllmServer } from "../../vllm/model";
import { mapAt, spotOf } from "../../yaml/node";
import type { View } from "../context";
import { defineRule, type Fix } from "../define";
import { isOnSpot } from "../scaled";
import { servesRequests, writtenOut } from "../written-out";

export const spotOnly = defineRule({
  id: "scheduling/spot-only",
  severity: "warning",
  fix: "suggested",
  subject: "server",
  summary: "Every replica of a server may run on Spot nodes only.",
  why: `A cloud takes Spot capacity back in waves: nodes of one kind in one zone go together, with 15 to 120 seconds of notice, and new ones may not
come for hours. A server whose replicas all have to run there then has none left, while a cold start takes minutes even where a node is free. Serve
the base load from on-demand nodes and burst onto Spot with a second workload behind the same Service, or prefer Spot instead of demanding it, so that
the scheduler falls back. Batch jobs and work that can wait are what Spot is for; say so in a comment that ignores this rule.`,
  sources: [
    "https://karpenter.sh/docs/concepts/disruption/#interruption",
    "https://docs.cloud.google.com/kubernetes-engine/docs/concepts/spot-vms",
    "https://learn.microsoft.com/azure/aks/spot-node-pool",
    "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-best-practices.html",
  ],
  check(server, report, { view }) {
    const pod = writtenOut(server)?.pod;
    const pool = pod && spotPoolOf(pod);
    if (!pod || !pool || !servesRequests(server) || hasSibling(server, pod, view)) return;
    report(spotOf(pool.label.node), {
      message: `\`${pool.label.key}\` holds every replica on Spot nodes; one wave of reclaims takes them all.`,
      advice: "Prefer Spot instead of demanding it, or run the base load on-demand behind the same Service.",
      fixes: preferFix(pod, pool),
    });
  },
});

/** Another server behind the same Service that may run on other nodes. */
function hasSibling(server: VllmServer, pod: PodTemplate, view: View): boolean {
  return view.select((all) => {
    const services = all.objects("Service").flatMap((object) => serviceOf(object) ?? []);
    const own = services.filter((service) => selectsPod(service, pod));
    return all
      .servers()
      .some(
        (other) =>
          other.object !== server.object &&
          other.pod !== undefined &&
          !isOnSpot(other.pod) &&
          own.some((service) => other.pod && selectsPod(service, other.pod)),
      );
  });
}

const PREFERRED = ["affinity", "nodeAffinity", "preferredDuringSchedulingIgnoredDuringExecution"] as const;

function preferFix(pod: PodTemplate, { label }: SpotPool): readonly Fix[] {
  const selector = mapAt(pod.spec, "nodeSelector");
  const affinity = podField(pod, "affinity");
  if (
    label.from !== "node-selector" ||
    !selector?.entry(label.key) ||
    affinity !== undefined ||
    pod.spec.flow
  )
    return [];
  return [
    {
      title: `Prefer \`${label.key}\` instead of demanding it`,
      apply(editor) {
        if (selector.entries.length === 1) editor.removeEntry(pod.spec, "nodeSelector");
        else editor.removeEntry(selector, label.key);
        const expression = { key: label.key, operator: "In", values: [label.text] };
        editor.setPath(pod.spec, PREFERRED, [
          { weight: 100, preference: { matchExpressions: [expression] } },
        ]);
      },
    },
  ];
}
