import { mapAt, numberAt, type YamlMap } from "../yaml/node";
import { hpaSignals } from "./hpa";
import { kedaSignals } from "./keda";
import { kserveScalers } from "./kserve-scalers";
import { knownText } from "./known";
import type { KubeObject, ScaleTarget, Scaler } from "./model";

/** All autoscalers that an object is or asks for. */
export function scalersIn(object: KubeObject): readonly Scaler[] {
  const own = scalerOf(object);
  return own ? [own] : kserveScalers(object);
}

/** Reads a HorizontalPodAutoscaler, ScaledObject or ScaledJob; undefined for every other object. */
export function scalerOf(object: KubeObject): Scaler | undefined {
  if (object.group === "autoscaling" && object.kind === "HorizontalPodAutoscaler") return hpa(object);
  if (object.group === "keda.sh" && (object.kind === "ScaledObject" || object.kind === "ScaledJob"))
    return keda(object);
  return undefined;
}

function hpa(object: KubeObject): Scaler {
  const spec = mapAt(object.node, "spec");
  return {
    object,
    type: "hpa",
    form: "object",
    spec,
    ownSpec: undefined,
    target: targetOf(spec, undefined),
    minReplicas: numberAt(spec, "minReplicas"),
    maxReplicas: numberAt(spec, "maxReplicas"),
    signals: spec ? hpaSignals(spec) : [],
  };
}

function keda(object: KubeObject): Scaler {
  return { ...kedaScaler(object, mapAt(object.node, "spec")), form: "object" };
}

/** A ScaledObject whose fields stand in a map, in the object itself or in the values of a chart that writes it. */
export function kedaScaler(object: KubeObject, spec: YamlMap | undefined): Omit<Scaler, "form"> {
  return {
    object,
    type: "keda",
    spec,
    ownSpec: undefined,
    // A ScaledJob starts the job that it holds; there is nothing to point at.
    target: object.kind === "ScaledJob" ? undefined : targetOf(spec, "Deployment"),
    minReplicas: numberAt(spec, "minReplicaCount"),
    maxReplicas: numberAt(spec, "maxReplicaCount"),
    signals: spec ? kedaSignals(spec) : [],
  };
}

function targetOf(spec: YamlMap | undefined, usualKind: string | undefined): ScaleTarget | undefined {
  const node = mapAt(spec, "scaleTargetRef");
  const name = knownText(node, "name");
  const kind = node?.get("kind") ? knownText(node, "kind") : usualKind;
  if (!node || name === undefined || kind === undefined) return undefined;
  const apiVersion = knownText(node, "apiVersion");
  return { kind, name, node, group: apiVersion === undefined ? undefined : groupOf(apiVersion) };
}

function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf("/");
  return slash === -1 ? "" : apiVersion.slice(0, slash);
}
