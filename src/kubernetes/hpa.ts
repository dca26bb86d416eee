import { mapAt, mapsAt, scalarAt, textAt, type YamlMap, type YamlScalar } from "../yaml/node";
import { knownText } from "./known";
import type { ScalerSignal } from "./model";

type MetricType = ScalerSignal["metricType"];

/** The metrics of an HPA spec in all its API versions. */
export function hpaSignals(spec: YamlMap): readonly ScalerSignal[] {
  const cpu = scalarAt(spec, "targetCPUUtilizationPercentage");
  const signals: ScalerSignal[] = [];
  if (cpu) {
    const metricType = cpu.templated ? undefined : "Utilization";
    signals.push({
      node: spec,
      type: "cpu",
      metadata: undefined,
      metric: undefined,
      query: undefined,
      threshold: cpu,
      metricType,
    });
  }
  for (const metric of mapsAt(spec, "metrics")) signals.push(metricSignal(metric));
  return signals;
}

/** The key under which each metric type keeps its details, with the signal type it is. */
const SOURCES: readonly (readonly [key: string, type: string])[] = [
  ["resource", "resource"],
  ["containerResource", "resource"],
  ["pods", "pods"],
  ["object", "object"],
  ["external", "external"],
];

function metricSignal(node: YamlMap): ScalerSignal {
  for (const [key, type] of SOURCES) {
    const source = mapAt(node, key);
    if (!source) continue;
    const { threshold, metricType } = targetOf(source);
    return {
      node,
      type: type === "resource" ? (knownText(source, "name") ?? "unknown") : type,
      metadata: undefined,
      metric:
        type === "resource"
          ? undefined
          : (scalarAt(source, "metric", "name") ?? scalarAt(source, "metricName")),
      query: undefined,
      threshold,
      metricType,
    };
  }
  const type = (textAt(node, "type") ?? "unknown").toLowerCase();
  return {
    node,
    type,
    metadata: undefined,
    metric: undefined,
    query: undefined,
    threshold: undefined,
    metricType: undefined,
  };
}

/** Where each way to set a target puts its number: `autoscaling/v2` below `target`, the betas beside the metric. */
const TARGETS: readonly (readonly [path: readonly string[], type: MetricType])[] = [
  [["target", "averageUtilization"], "Utilization"],
  [["target", "averageValue"], "AverageValue"],
  [["target", "value"], "Value"],
  [["targetAverageUtilization"], "Utilization"],
  [["targetAverageValue"], "AverageValue"],
  [["targetValue"], "Value"],
];

function targetOf(source: YamlMap): { threshold: YamlScalar | undefined; metricType: MetricType } {
  const declared = scalarAt(source, "target", "type");
  const declaredType = METRIC_TYPES.get(textAt(declared) ?? "");
  const candidates = TARGETS.flatMap(([path, type]) => {
    const threshold = scalarAt(source, ...path);
    return threshold ? [{ threshold, type }] : [];
  });
  const chosen = candidates.find(({ type }) => type === declaredType) ?? candidates[0];
  const metricType = declared ? declaredType : chosen?.type;
  return { threshold: chosen?.threshold, metricType };
}

export const METRIC_TYPES: ReadonlyMap<string, NonNullable<MetricType>> = new Map([
  ["AverageValue", "AverageValue"],
  ["Value", "Value"],
  ["Utilization", "Utilization"],
]);
