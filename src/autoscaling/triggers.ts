import type { Scaler, ScalerSignal } from "../kubernetes/model";
import { mentionsVllmMetric } from "../metrics/names";
import { parseQuery, type Query } from "../metrics/promql";
import { shapeOf, type Shape } from "../metrics/shape";
import { mapAt, numberAt, scalarAt, type YamlMap, type YamlScalar } from "../yaml/node";

/** A KEDA trigger of type `prometheus` with a query. */
export interface PrometheusTrigger {
  readonly signal: ScalerSignal;
  readonly metadata: YamlMap;
  readonly text: YamlScalar;
  readonly query: Query;
  readonly shape: Shape;
  /** Undefined when missing, templated or not a number. */
  readonly threshold: number | undefined;
}

export function prometheusTriggers(scaler: Scaler): readonly PrometheusTrigger[] {
  if (scaler.type !== "keda") return [];
  return scaler.signals.flatMap((signal) => {
    const metadata = mapAt(signal.node, "metadata");
    const text = signal.query;
    if (signal.type !== "prometheus" || !metadata || !text) return [];
    const query = parseQuery(text.text);
    const threshold = numberAt(metadata, "threshold");
    return [{ signal, metadata, text, query, shape: text.templated ? { kind: "unknown" } : shapeOf(query), threshold }];
  });
}

/** True when any trigger or metric of the scaler is one of vLLM's. */
export function readsVllm(scaler: Scaler): boolean {
  return scaler.signals.some(
    ({ query, metric }) => mentionsVllmMetric(query?.text ?? "") || /(^|\|)vllm[:_][a-z]/.test(metric?.text ?? ""),
  );
}

/** With a formula, KEDA hands the HPA one composed metric, and the triggers' own metric types are not used. */
export function isComposed(scaler: Scaler): boolean {
  return mapAt(scaler.object.node, "spec", "advanced", "scalingModifiers") !== undefined;
}

/** The HPA's behavior block for scaling down, where each kind of scaler keeps it. */
export function scaleDownPath(scaler: Scaler): readonly string[] {
  const behavior = ["behavior", "scaleDown"];
  return scaler.type === "hpa" ? behavior : ["advanced", "horizontalPodAutoscalerConfig", ...behavior];
}

/** What a ScaledObject says of replicas, with what it leaves to KEDA told apart from what is not known. */
export interface ReplicaFloor {
  /** `minReplicaCount`, 0 when it is left out; undefined when it is not known. */
  readonly minimum: number | undefined;
  readonly isWritten: boolean;
  readonly hasIdle: boolean;
}

export function replicaFloor(scaler: Scaler): ReplicaFloor {
  const spec = mapAt(scaler.object.node, "spec");
  const isWritten = spec?.entry("minReplicaCount") !== undefined || scalarAt(spec, "minReplicaCount") !== undefined;
  const absent = spec !== undefined && !isWritten && !spec.open && !scaler.object.partial;
  return { minimum: isWritten ? scaler.minReplicas : absent ? 0 : undefined, isWritten, hasIdle: spec?.get("idleReplicaCount") !== undefined };
}
