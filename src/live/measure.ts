import { metricCatalogue } from "../data/metrics";

/** A number that is made of vLLM's metrics. The same description is written as PromQL and computed from reads of pods. */
export type Measure =
  | { readonly kind: "gauge"; readonly metric: string; readonly across: "sum" | "max" }
  | { readonly kind: "rate"; readonly metric: string }
  /** Rate over rate, a share or a mean. */
  | { readonly kind: "ratio"; readonly of: string; readonly to: string }
  | { readonly kind: "quantile"; readonly metric: string; readonly q: number };

/** What a measure is split by: one line for each value of the label. */
export type Split = "none" | "pod" | "finished_reason";

const names = new Map<string, readonly string[]>();

/** A metric's name with the ones it had in earlier releases, newest first: one fleet may have both. */
export function namesOf(metric: string): readonly string[] {
  let known = names.get(metric);
  if (!known) {
    const older = metricCatalogue.metrics.filter(({ replacedBy }) => replacedBy === metric);
    names.set(metric, (known = [metric, ...older.map(({ name }) => name)]));
  }
  return known;
}
