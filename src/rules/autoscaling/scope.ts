import { stringsAt } from "../../kubernetes/known";
import { readsVllm } from "../../metrics/triggers";
import type { Scaler } from "../../kubernetes/model";
import { asSeq } from "../../yaml/node";
import type { View } from "../context";
import { scaledServers } from "../scaled";

/** Kinds with a scale subresource that vLLM servers run in. */
export const SCALABLE_KINDS: readonly string[] = [
  "Deployment",
  "StatefulSet",
  "ReplicaSet",
  "LeaderWorkerSet",
  "RayCluster",
  "StormService",
  "RoleBasedGroup",
];

/** True when a scaler is ours to judge: it reads vLLM's metrics, or scales a vLLM server in view. */
export function concernsVllm(scaler: Scaler, view: View): boolean {
  return readsVllm(scaler) || scaledServers(scaler, view).length > 0;
}

/** True while a person has put KEDA's hands off the workload. */
export function isPaused(scaler: Scaler): boolean {
  return [...stringsAt(scaler.object.node, "metadata", "annotations").keys()].some((key) =>
    key.startsWith("autoscaling.keda.sh/paused"),
  );
}

/** True when every signal of the scaler is written here: no template and no patch can add another. */
export function isComplete(scaler: Scaler): boolean {
  const spec = scaler.spec ?? scaler.ownSpec;
  const list = asSeq(spec?.get("triggers") ?? spec?.get("metrics"));
  return spec !== undefined && !spec.open && !scaler.object.partial && list?.open !== true;
}
