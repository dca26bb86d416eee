import catalogue from "./metrics.json";

type MetricType = "gauge" | "counter" | "histogram";

/** A metric of vLLM's `/metrics` with its history. Versions are releases, `0.12.0`; `0.4.0` also stands for earlier. */
export interface MetricEntry {
  /** As a query sees it: counters end in `_total`, histograms stand without `_bucket`, `_sum` and `_count`. */
  readonly name: string;
  readonly type: MetricType;
  /** Left out where they are `model_name` and `engine`. */
  readonly labels?: readonly string[];
  /** Further labels exist that the catalogue does not list. */
  readonly moreLabels?: true;
  readonly means: string;
  /** Left out where it was not established. */
  readonly since?: string;
  readonly deprecated?: string;
  /** From here on only `--show-hidden-metrics-for-version` brings it back. */
  readonly hidden?: string;
  readonly removed?: string;
  /** The metric that took over, with the same meaning and type. */
  readonly replacedBy?: string;
  /** How to get the same number where no metric took over. */
  readonly instead?: string;
  /** The option or feature without which it is not exported. */
  readonly when?: string;
  /** Type or history was concluded, not read. */
  readonly inferred?: true;
  /** Index into the catalogue's sources. */
  readonly source: number;
}

export interface MetricCatalogue {
  readonly about: string;
  readonly read: string;
  /** The newest release covered. */
  readonly newest: string;
  readonly sources: readonly string[];
  readonly metrics: readonly MetricEntry[];
}

export const metricCatalogue = catalogue as unknown as MetricCatalogue;

let index: ReadonlyMap<string, MetricEntry> | undefined;

/** The entry of this exact exposed name. Built on first use: a file without queries never pays. */
export function findMetric(name: string): MetricEntry | undefined {
  index ??= new Map(metricCatalogue.metrics.map((entry) => [entry.name, entry]));
  return index.get(name);
}
