import { mapAt, mapsAt, scalarAt, textAt, type YamlMap, type YamlScalar } from "../yaml/node";
import { METRIC_TYPES } from "./hpa";
import { knownText } from "./known";
import type { ScalerSignal } from "./model";

/** Under which name each of KEDA's scalers keeps its target, the most usual first. */
const THRESHOLD_KEYS = [
  "threshold",
  "value",
  "targetValue",
  "targetMetricValue",
  "queueLength",
  "lagThreshold",
] as const;

/** The triggers of a ScaledObject or ScaledJob. */
export function kedaSignals(spec: YamlMap): readonly ScalerSignal[] {
  return mapsAt(spec, "triggers").map((node) => {
    const type = knownText(node, "type") ?? "unknown";
    const metadata = mapAt(node, "metadata");
    return {
      node,
      type,
      metadata,
      metric: scalarAt(metadata, "metricName"),
      query: type === "prometheus" ? scalarAt(metadata, "query") : undefined,
      threshold: thresholdOf(metadata),
      metricType: metricTypeOf(node, type, metadata),
    };
  });
}

function thresholdOf(metadata: YamlMap | undefined): YamlScalar | undefined {
  for (const key of THRESHOLD_KEYS) {
    const found = scalarAt(metadata, key);
    if (found) return found;
  }
  return undefined;
}

function metricTypeOf(
  trigger: YamlMap,
  type: string,
  metadata: YamlMap | undefined,
): ScalerSignal["metricType"] {
  // The CPU and memory scalers took theirs from the metadata before KEDA 2.18.
  const resource = type === "cpu" || type === "memory";
  const written = trigger.get("metricType") ?? (resource ? metadata?.get("type") : undefined);
  if (written) return METRIC_TYPES.get(textAt(written) ?? "");
  return resource || trigger.open ? undefined : "AverageValue";
}
