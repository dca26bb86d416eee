import type { KubeObject, Scaler } from "../kubernetes/model";
import { scalerOf } from "../kubernetes/scalers";
import { mapAt, scalarAt } from "../yaml/node";

const memory = new WeakMap<KubeObject, { readonly scaler: Scaler | undefined }>();

/** An object as a scaler, read once: for rules that come to it from one of its many queries. */
export function asScaler(object: KubeObject): Scaler | undefined {
  let known = memory.get(object);
  if (!known) memory.set(object, (known = { scaler: scalerOf(object) }));
  return known.scaler;
}

/** With a formula, KEDA hands the HPA one composed metric, and the triggers' own metric types are not used. */
export function isComposed(scaler: Scaler): boolean {
  return mapAt(scaler.spec, "advanced", "scalingModifiers") !== undefined;
}

/** The HPA's behavior block, where each kind of scaler keeps it. */
export function behaviorPath(scaler: Scaler): readonly string[] {
  return scaler.type === "hpa" ? ["behavior"] : ["advanced", "horizontalPodAutoscalerConfig", "behavior"];
}

export function scaleDownPath(scaler: Scaler): readonly string[] {
  return [...behaviorPath(scaler), "scaleDown"];
}

/** What a ScaledObject says of replicas, with what it leaves to KEDA told apart from what is not known. */
export interface ReplicaFloor {
  /** `minReplicaCount`, 0 when it is left out; undefined when it is not known. */
  readonly minimum: number | undefined;
  readonly isWritten: boolean;
  readonly hasIdle: boolean;
}

export function replicaFloor(scaler: Scaler): ReplicaFloor {
  const spec = scaler.spec;
  const isWritten =
    spec?.entry("minReplicaCount") !== undefined || scalarAt(spec, "minReplicaCount") !== undefined;
  const absent = spec !== undefined && !isWritten && !spec.open && !scaler.object.partial;
  return {
    minimum: isWritten ? scaler.minReplicas : absent ? 0 : undefined,
    isWritten,
    hasIdle: spec?.get("idleReplicaCount") !== undefined,
  };
}
