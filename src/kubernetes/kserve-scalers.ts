import { mapAt, mapsAt, numberAt, scalarAt, type YamlMap } from "../yaml/node";
import { kedaSignals } from "./keda";
import { knownText, stringsAt } from "./known";
import type { KubeObject, Scaler, ScalerSignal } from "./model";

/**
 * The ScaledObject that KServe makes of its workloads. Of an InferenceService: `keda_reconciler.go` (KServe 0.20), with the
 * annotation `autoscalerClass: keda` only. Of an LLMInferenceService: `scaling.keda` (KServe #5839), beside it for the prefill.
 */
export function kserveScalers(object: KubeObject): readonly Scaler[] {
  if (object.group !== "serving.kserve.io") return [];
  const spec = mapAt(object.node, "spec");
  if (object.kind === "InferenceService") return inferenceService(object, mapAt(spec, "predictor"));
  if (object.kind === "LLMInferenceService") return llmInferenceService(object, mapAt(spec, "scaling"));
  return [];
}

function inferenceService(object: KubeObject, predictor: YamlMap | undefined): readonly Scaler[] {
  const annotations = stringsAt(object.node, "metadata", "annotations");
  const autoScaling = mapAt(predictor, "autoScaling");
  if (!autoScaling || annotations.get("serving.kserve.io/autoscalerClass") !== "keda") return [];
  const signals = mapsAt(autoScaling, "metrics").flatMap((node) => externalSignal(node) ?? []);
  return [workloadScaler(object, "inference-service", predictor, autoScaling, signals)];
}

/** The threshold is `target.value`, whatever the target's type: KServe writes no metric type, and KEDA's own is AverageValue. */
function externalSignal(node: YamlMap): ScalerSignal | undefined {
  const metadata = mapAt(node, "external", "metric");
  const type = knownText(metadata, "backend");
  if (!metadata || type === undefined) return undefined;
  return {
    node,
    type,
    metadata,
    metric: undefined,
    query: type === "prometheus" ? scalarAt(metadata, "query") : undefined,
    threshold: scalarAt(node, "external", "target", "value"),
    metricType: "AverageValue",
  };
}

function llmInferenceService(object: KubeObject, scaling: YamlMap | undefined): readonly Scaler[] {
  const keda = mapAt(scaling, "keda");
  return keda ? [workloadScaler(object, "llm-inference-service", scaling, keda, kedaSignals(keda))] : [];
}

function workloadScaler(
  object: KubeObject,
  form: Scaler["form"],
  bounds: YamlMap | undefined,
  ownSpec: YamlMap,
  signals: readonly ScalerSignal[],
): Scaler {
  return {
    object,
    type: "keda",
    form,
    spec: undefined,
    ownSpec,
    target: undefined,
    minReplicas: numberAt(bounds, "minReplicas"),
    maxReplicas: numberAt(bounds, "maxReplicas"),
    signals,
  };
}
