import { namesOf, type Measure, type Split } from "./measure";
import type { PodHistory } from "./pod-history";
import { histogramQuantile, type Bucket } from "./quantile";

/** A pod with what was read from it. */
export interface ReadPod {
  readonly name: string;
  readonly history: PodHistory;
}

/** A measure computed from successive reads of pods, by the label's value; the key is empty when it is not split. */
export function evaluate(
  measure: Measure,
  pods: readonly ReadPod[],
  split: Split,
): ReadonlyMap<string, number> {
  const result = new Map<string, number>();
  for (const [key, group] of grouped(measure, pods, split)) {
    const value = valueOf(measure, group, split === "finished_reason" ? key : undefined);
    if (value !== undefined) result.set(key, value);
  }
  return result;
}

function grouped(
  measure: Measure,
  pods: readonly ReadPod[],
  split: Split,
): readonly (readonly [string, readonly ReadPod[]])[] {
  if (split === "none") return [["", pods]];
  if (split === "pod") return pods.map((pod) => [pod.name, [pod]] as const);
  const metric = measure.kind === "ratio" ? measure.of : measure.metric;
  const values = new Set(
    pods.flatMap(({ history }) =>
      history.latest(spelled(history, metric)).map(({ labels }) => labels.get(split) ?? ""),
    ),
  );
  return [...values].map((value) => [value, pods] as const);
}

/** The name that this pod's vLLM uses for a metric. */
function spelled(history: PodHistory, metric: string, suffix = ""): string {
  const known = namesOf(metric).map((name) => name + suffix);
  return known.find((name) => history.has(name)) ?? metric + suffix;
}

function valueOf(measure: Measure, pods: readonly ReadPod[], reason: string | undefined): number | undefined {
  switch (measure.kind) {
    case "gauge": {
      const values = pods.flatMap(({ history }) =>
        history.latest(spelled(history, measure.metric)).map(({ value }) => value),
      );
      if (values.length === 0) return undefined;
      return measure.across === "max" ? Math.max(...values) : values.reduce((sum, value) => sum + value, 0);
    }
    case "rate":
      return sumOfRates(measure.metric, pods, reason);
    case "ratio": {
      const [of, to] = [sumOfRates(measure.of, pods, reason), sumOfRates(measure.to, pods, reason)];
      return of === undefined || to === undefined ? undefined : of / to;
    }
    case "quantile": {
      const buckets = pods.map(({ history }) =>
        history.bucketRates(spelled(history, measure.metric, "_bucket").slice(0, -"_bucket".length)),
      );
      const merged = mergeBuckets(buckets);
      return merged.length === 0 ? undefined : histogramQuantile(measure.q, merged);
    }
  }
}

function sumOfRates(
  metric: string,
  pods: readonly ReadPod[],
  reason: string | undefined,
): number | undefined {
  const rates = pods.flatMap(({ history }) =>
    history
      .rates(spelled(history, metric))
      .filter(({ labels }) => reason === undefined || labels.get("finished_reason") === reason)
      .map(({ perSecond }) => perSecond),
  );
  return rates.length === 0 ? undefined : rates.reduce((sum, rate) => sum + rate, 0);
}

/** Adds up by bound, as Prometheus' `sum by (le)` does; where releases differ in their bounds the quantile lifts falling counts. */
function mergeBuckets(all: readonly (readonly Bucket[])[]): readonly Bucket[] {
  const sums = new Map<number, number>();
  for (const buckets of all) {
    for (const { bound, count } of buckets) sums.set(bound, (sums.get(bound) ?? 0) + count);
  }
  return [...sums].map(([bound, count]) => ({ bound, count }));
}
