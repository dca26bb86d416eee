import type { Observations } from "../../../../live/checks";
import type { LiveManifest, LiveMonitor, LiveTrigger } from "../../../../live/manifest";
import { failureFrom } from "../access/failures";
import type { ClusterReader } from "./cluster-reader";
import type { Source } from "./source";

interface Asking {
  readonly reader: ClusterReader;
  readonly source: Source;
  readonly manifest: LiveManifest;
  /** The workload's namespace: what manifests without one are applied to. */
  readonly namespace: string;
  readonly preemptionsPerSecond: number | undefined;
  readonly at: number;
  readonly signal: AbortSignal;
}

/** The online rules look at days, so every few minutes is often enough. */
const EVERY_MS = 300_000;

/** Asks for the online rules now and then, and keeps what it was told. */
export class Checker {
  observations: Observations | undefined;
  private checkedAt = 0;

  async check(
    manifest: LiveManifest,
    preemptionsPerSecond: number | undefined,
    asking: Pick<Asking, "reader" | "source" | "namespace" | "at" | "signal">,
  ): Promise<void> {
    const { at, signal } = asking;
    if (this.observations && at - this.checkedAt < EVERY_MS) return;
    this.checkedAt = at;
    const observations = await observe({ ...asking, manifest, preemptionsPerSecond });
    if (!signal.aborted) this.observations = observations;
  }
}

/** Asks a cluster what the online rules need to know. What cannot be asked is noted once and is no failure. */
async function observe(asking: Asking): Promise<Observations> {
  let unchecked: string | undefined;
  const attempt = async <T>(question: Promise<T>): Promise<T | undefined> => {
    try {
      return await question;
    } catch (error) {
      unchecked ??= failureFrom(error).message;
      return undefined;
    }
  };
  const { manifest, source, preemptionsPerSecond } = asking;
  const metrics = [...new Set(manifest.triggers.flatMap((trigger) => trigger.metrics))];
  const [missing, selected, absent, peaks, runningPeak, kvPeak] = await Promise.all([
    Promise.all(manifest.triggers.map((trigger) => attempt(isTargetMissing(asking, trigger)))),
    Promise.all(manifest.monitors.map((monitor) => attempt(selectedBy(asking, monitor)))),
    attempt(absentAmong(asking, metrics)),
    Promise.all(
      manifest.triggers.map(({ query }) => attempt(numberOf(asking, `max_over_time((${query})[1d:5m])`))),
    ),
    attempt(numberOf(asking, "max(max_over_time(vllm:num_requests_running[1d]))")),
    attempt(
      numberOf(
        asking,
        "max(max_over_time(vllm:kv_cache_usage_perc[1d]) or max_over_time(vllm:gpu_cache_usage_perc[1d]))",
      ),
    ),
  ]);
  if (!source.ask) unchecked ??= "there is no Prometheus to ask";
  return {
    absent,
    selected: new Map(manifest.monitors.flatMap((monitor, i) => pair(monitor, selected[i]))),
    missingTargets: manifest.triggers.filter((_, i) => missing[i] === true),
    peaks: new Map(manifest.triggers.flatMap((trigger, i) => pair(trigger, peaks[i]))),
    runningPeak,
    kvPeak,
    preemptionsPerSecond,
    unchecked,
  };
}

function pair<K, V>(key: K, value: V | undefined): readonly (readonly [K, V])[] {
  return value === undefined ? [] : [[key, value]];
}

async function isTargetMissing(
  { reader, namespace, signal }: Asking,
  trigger: LiveTrigger,
): Promise<boolean> {
  if (!trigger.target) return false;
  const workload = {
    kind: trigger.target.kind,
    name: trigger.target.name,
    namespace: trigger.namespace ?? namespace,
  };
  try {
    await reader.replicas(workload, signal);
    return false;
  } catch (error) {
    const failure = failureFrom(error);
    if (failure.code === "not-found" && failure.origin === "api-server") return true;
    throw failure;
  }
}

/** Undefined where the selector is more than labels. */
async function selectedBy(
  { reader, namespace, signal }: Asking,
  monitor: LiveMonitor,
): Promise<number | undefined> {
  const { matchLabels, namespaces } = monitor;
  if (!matchLabels) return undefined;
  const own = monitor.namespace ?? namespace;
  const places = namespaces === "any" ? [undefined] : (namespaces ?? [own]);
  const counts = await Promise.all(
    places.map(async (place) => {
      if (monitor.kind === "PodMonitor")
        return place === undefined ? 1 : (await reader.pods(place, matchLabels, signal)).length;
      const services = await reader.services(place, signal);
      return services.filter(({ labels }) =>
        Object.entries(matchLabels).every(([key, value]) => labels.get(key) === value),
      ).length;
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

async function absentAmong(
  { source, at, signal }: Asking,
  metrics: readonly string[],
): Promise<readonly string[]> {
  if (!source.ask || metrics.length === 0) return [];
  const pattern = metrics.map((name) => `${name}(_bucket)?`).join("|");
  const present = await source.ask(`count by (__name__) ({__name__=~"${pattern}"})`, at, signal);
  const names = new Set(present.map(({ labels }) => (labels.get("__name__") ?? "").replace(/_bucket$/, "")));
  return metrics.filter((name) => !names.has(name));
}

async function numberOf({ source, at, signal }: Asking, query: string): Promise<number | undefined> {
  const series = await source.ask?.(query, at, signal);
  return series?.length === 1 ? series[0]?.value : undefined;
}
