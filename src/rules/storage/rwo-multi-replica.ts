import { podMap } from "../../kubernetes/containers";
import type { KubeObject, PodTemplate } from "../../kubernetes/model";
import { requiredLabels } from "../../kubernetes/node-labels";
import { mountsOf } from "../../kubernetes/volumes";
import { asSeq, at, mapAt, mapsAt, scalarAt, spotOf, textAt } from "../../yaml/node";
import { defineRule } from "../define";
import { mostReplicas } from "../scaled";
import { count } from "../wording";
import { findClaim } from "./claims";

/** Classes whose volumes live on one node anyway: a cluster of one, or somebody who knows. */
const LOCAL_CLASS = /local|hostpath|standard-rwo-single/i;

export const rwoMultiReplica = defineRule({
  id: "storage/rwo-multi-replica",
  severity: "warning",
  fix: "none",
  subject: "server",
  summary: "Several replicas mount a claim that only one node may have.",
  why: `A \`ReadWriteOnce\` volume can be attached to one node at a time. Replicas on another node wait for ever with "Multi-Attach error", and a
rolling update to another node waits for the old pod, which waits for the new one. It goes well as long as all replicas fit on
one node, and fails on the day the autoscaler adds a second. Weights that many replicas read belong on a claim with
\`ReadOnlyMany\` or \`ReadWriteMany\`. The access modes of an existing claim cannot be changed, so it takes a new one.`,
  sources: [
    "https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes",
    "https://github.com/vllm-project/production-stack/issues/107",
  ],
  check(server, report, { view }) {
    const { pod, container } = server;
    if (!pod || !container || server.form !== "pod" || isPinned(pod)) return;
    const replicas = mostReplicas(server, view);
    if (replicas < 2 || server.object.kind === "StatefulSet") return;
    for (const mount of mountsOf(container)) {
      const source = mount.volume?.source;
      if (source?.kind !== "pvc") continue;
      const claim = source.claimName === undefined ? undefined : findClaim(server, source.claimName, view);
      const mode = claim && onlyMode(claim);
      const name = scalarAt(source.node, "claimName");
      const modes = scalarAt(claim?.node, "metadata", "name");
      if (!claim || !mode || !name || !modes) continue;
      report(spotOf(name), {
        message: `Claim \`${source.claimName}\` is \`${mode}\`: one node has it at a time, and up to ${count(replicas, "replica")} mount it.`,
        advice:
          "Make a claim with `ReadWriteMany` or `ReadOnlyMany`; the modes of an existing one cannot be changed.",
        severity: mode === "ReadWriteOncePod" ? "error" : "warning",
        related: [{ at: spotOf(modes), message: "The claim" }],
      });
    }
  },
});

/** All replicas on one node by the pod's own rules. */
function isPinned(pod: PodTemplate): boolean {
  const affinity = podMap(pod, "affinity");
  const together = mapsAt(affinity, "podAffinity", "requiredDuringSchedulingIgnoredDuringExecution");
  return together.length > 0 || requiredLabels(pod).has("kubernetes.io/hostname");
}

/** The claim's only access mode when that is for one node. */
function onlyMode(claim: KubeObject): string | undefined {
  const spec = mapAt(claim.node, "spec");
  if (LOCAL_CLASS.test(textAt(spec, "storageClassName") ?? "")) return undefined;
  const modes = asSeq(at(spec, "accessModes"));
  const [mode, ...others] = (modes?.items ?? []).map((item) => textAt(item));
  if (!modes || modes.open || others.length > 0) return undefined;
  return mode === "ReadWriteOnce" || mode === "ReadWriteOncePod" ? mode : undefined;
}
