import { mapAt, numberAt, spotOf } from "../../yaml/node";
import { defineRule } from "../define";
import { scalersOf, serversOfObject } from "../scaled";
import { isPaused } from "./scope";

/** Objects of the tools that apply manifests again and again. */
const SYNCERS = ["Application", "ApplicationSet", "HelmRelease", "GitRepository", "OCIRepository"];

export const replicasFieldConflict = defineRule({
  id: "autoscaling/replicas-field-conflict",
  severity: "info",
  fix: "suggested",
  subject: "server",
  summary: "A workload says how many replicas it has, and an autoscaler decides that too.",
  why: `Every \`kubectl apply\`, and every sync of Argo CD or Flux, sets the replicas back to what the manifest says, and the HPA has to bring them
up again: loaded servers are ended and new ones read their weights. Leave \`replicas\` out of a workload that is scaled. Taking it out of one
that runs makes the next apply start from 1, so first remove it from the last applied configuration or apply server-side.`,
  sources: [
    "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#migrating-deployments-and-statefulsets-to-horizontal-autoscaling",
    "https://github.com/kedacore/keda/issues/5572",
    "https://github.com/argoproj/argo-cd/issues/5105",
  ],
  check(server, report, { view }) {
    const { object } = server;
    const spec = mapAt(object.node, "spec");
    const entry = spec?.entry("replicas");
    const replicas = numberAt(spec, "replicas");
    // Once for the workload, whatever else runs in its pods.
    if (!spec || !entry || replicas === undefined || server !== serversOfObject(object, view)[0]) return;
    const scaler = scalersOf(server, view).find(
      (one) => !isPaused(one) && one.minReplicas !== one.maxReplicas,
    );
    if (!scaler) return;
    const isSynced = view.select((all) => SYNCERS.some((kind) => all.objects(kind).length > 0));
    const name = `${scaler.object.kind} \`${scaler.object.name ?? ""}\``;
    report(spotOf(entry.key), {
      message: `Each apply sets \`replicas: ${replicas}\` again, and ${name} scales this ${object.kind}.`,
      advice: "Leave `replicas` out.",
      ...(isSynced && { severity: "warning" as const }),
      fixes: [{ title: "Delete `replicas`", apply: (editor) => editor.removeEntry(spec, "replicas") }],
    });
  },
});
