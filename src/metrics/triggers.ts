import type { Scaler, ScalerSignal } from "../kubernetes/model";
import { mentionsVllmMetric } from "./names";
import { parseQuery, type Query } from "./promql";
import { shapeOf, type Shape } from "./shape";
import { numberAt, type YamlMap, type YamlScalar } from "../yaml/node";

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

const memory = new WeakMap<Scaler, readonly PrometheusTrigger[]>();

/** The same scaler gives the same triggers again: many rules ask. */
export function prometheusTriggers(scaler: Scaler): readonly PrometheusTrigger[] {
  let known = memory.get(scaler);
  if (!known) memory.set(scaler, (known = read(scaler)));
  return known;
}

function read(scaler: Scaler): readonly PrometheusTrigger[] {
  if (scaler.type !== "keda") return [];
  return scaler.signals.flatMap((signal) => {
    const { metadata, query: text } = signal;
    if (signal.type !== "prometheus" || !metadata || !text) return [];
    const query = parseQuery(text.text);
    const threshold = numberAt(signal.threshold);
    return [
      {
        signal,
        metadata,
        text,
        query,
        shape: text.templated ? { kind: "unknown" } : shapeOf(query),
        threshold,
      },
    ];
  });
}

/** True when any trigger or metric of the scaler is one of vLLM's. */
export function readsVllm(scaler: Scaler): boolean {
  return scaler.signals.some(
    ({ query, metric }) =>
      mentionsVllmMetric(query?.text ?? "") || /(^|\|)vllm[:_][a-z]/.test(metric?.text ?? ""),
  );
}
