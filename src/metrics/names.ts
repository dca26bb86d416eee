import { findMetric, type MetricEntry } from "../data/metrics";
import { isAtLeast, type VllmVersion } from "../vllm/version";

/** A metric name as a query writes it, taken apart. */
export interface MetricName {
  readonly entry: MetricEntry;
  /** `_bucket`, `_sum`, `_count` or `_created` where the name had one. */
  readonly series: string;
  /** True for a counter written without its `_total`: a series that does not exist. */
  readonly lacksTotal: boolean;
}

/** What a release does with a name. `future`: it came later than that release. */
type MetricState = "current" | "deprecated" | "hidden" | "removed" | "future" | "unknown";

export interface MetricStatus {
  readonly state: MetricState;
  readonly entry?: MetricEntry;
  /** The release in which the state began. */
  readonly since?: string;
  /** The whole name to write instead, its suffix included. */
  readonly replacement?: string;
}

const HISTOGRAM_SERIES = /_(bucket|sum|count|created)$/;

/**
 * Finds a metric by the name of one of its series. The Python client writes `x_bucket`, `x_sum`, `x_count` for a histogram and
 * `x_total` for a counter, and `x_created` for both.
 */
export function readMetricName(name: string): MetricName | undefined {
  const known = read.get(name);
  if (known !== undefined || read.has(name)) return known;
  if (read.size >= REMEMBERED) read.clear();
  const found = takeApart(name);
  read.set(name, found);
  return found;
}

/** Every rule asks for the same few names. */
const read = new Map<string, MetricName | undefined>();
const REMEMBERED = 500;

function takeApart(name: string): MetricName | undefined {
  const exact = findMetric(name);
  if (exact) return { entry: exact, series: "", lacksTotal: false };
  const suffix = HISTOGRAM_SERIES.exec(name)?.[0];
  if (suffix !== undefined) {
    const base = name.slice(0, -suffix.length);
    const histogram = findMetric(base);
    if (histogram?.type === "histogram") return { entry: histogram, series: suffix, lacksTotal: false };
    const counter = suffix === "_created" ? findMetric(base + "_total") : undefined;
    return counter && { entry: counter, series: suffix, lacksTotal: false };
  }
  const counter = findMetric(name + "_total");
  return counter?.type === "counter" ? { entry: counter, series: "", lacksTotal: true } : undefined;
}

/** What happened to a name by a given release. */
export function metricState(name: string, version: VllmVersion): MetricStatus {
  const taken = readMetricName(name);
  if (taken === undefined) return { state: "unknown" };
  const { entry } = taken;
  const reached = (release: string | undefined): release is string =>
    release !== undefined && isAtLeast(version, release);
  const replacement =
    entry.replacedBy === undefined ? {} : { replacement: withSeries(entry.replacedBy, taken) };
  if (reached(entry.removed)) return { state: "removed", entry, since: entry.removed, ...replacement };
  if (reached(entry.hidden)) return { state: "hidden", entry, since: entry.hidden, ...replacement };
  if (reached(entry.deprecated))
    return { state: "deprecated", entry, since: entry.deprecated, ...replacement };
  if (entry.since !== undefined && !entry.inferred && !isAtLeast(version, entry.since))
    return { state: "future", entry, since: entry.since };
  return { state: "current", entry };
}

function withSeries(name: string, read: MetricName): string {
  return read.series === "_created" && name.endsWith("_total")
    ? name.slice(0, -"_total".length) + read.series
    : name + read.series;
}

/** True for gauges that hold a share from 0 to 1. */
export function isFraction(entry: MetricEntry): boolean {
  return entry.type === "gauge" && /_(perc|hit_rate|acceptance_rate)$/.test(entry.name);
}

/** The KV cache gauge that a release exports without asking. */
export function kvCacheMetric(version: VllmVersion): string {
  return isAtLeast(version, "0.9.2") ? "vllm:kv_cache_usage_perc" : "vllm:gpu_cache_usage_perc";
}

/** A cheap sign that a text has to do with vLLM's metrics. */
export function mentionsVllmMetric(text: string): boolean {
  return /(^|[^\w:])vllm:[a-z]/.test(text);
}
