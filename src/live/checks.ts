import type { LiveManifest, LiveMonitor, LiveTrigger, Place } from "./manifest";
import { formatNumber } from "./numbers";

/** What a cluster answered to the questions of the online rules; undefined for what could not be asked. */
export interface Observations {
  /** Metrics of triggers that no series has. */
  readonly absent: readonly string[] | undefined;
  /** Services or pods that each monitor selects. */
  readonly selected: ReadonlyMap<LiveMonitor, number>;
  readonly missingTargets: readonly LiveTrigger[];
  /** The largest value of each trigger's query in the last day. */
  readonly peaks: ReadonlyMap<LiveTrigger, number>;
  /** Requests that one engine ran at most in the last day, and the fullest KV cache, from 0 to 1. */
  readonly runningPeak: number | undefined;
  readonly kvPeak: number | undefined;
  readonly preemptionsPerSecond: number | undefined;
  /** Why some of it is not known. */
  readonly unchecked: string | undefined;
}

/** A finding of an online rule: true of this cluster at this time, not of the manifest alone. */
export interface LiveFinding {
  readonly rule: string;
  readonly severity: "warning" | "info" | "hint";
  readonly message: string;
  readonly at: Place;
}

/** Below this share of the KV cache, memory was not what kept requests waiting. */
const ROOM_IN_CACHE = 0.6;

export function checkLive(
  manifest: LiveManifest,
  server: number,
  seen: Observations,
): readonly LiveFinding[] {
  return [
    ...absentMetrics(manifest, seen),
    ...monitors(seen),
    ...seen.missingTargets.flatMap(({ target }) =>
      target
        ? finding(
            "scaler-target-missing",
            "warning",
            `The cluster has no ${target.kind} \`${target.name}\`: this scaler changes nothing.`,
            target.at,
          )
        : [],
    ),
    ...neverReached(seen),
    ...ofServer(manifest, server, seen),
  ];
}

function finding(
  rule: string,
  severity: LiveFinding["severity"],
  message: string,
  at: Place,
): readonly LiveFinding[] {
  return [{ rule: `live/${rule}`, severity, message, at }];
}

function absentMetrics({ triggers }: LiveManifest, { absent = [] }: Observations): readonly LiveFinding[] {
  return triggers.flatMap(({ metrics, at }) => {
    const gone = metrics.filter((metric) => absent.includes(metric));
    if (gone.length === 0) return [];
    return finding(
      "metric-absent",
      "warning",
      `The Prometheus of this cluster has no series of \`${gone.join("`, `")}\`.`,
      at,
    );
  });
}

function monitors({ selected }: Observations): readonly LiveFinding[] {
  return [...selected].flatMap(([monitor, count]) => {
    if (count > 0) return [];
    const what = monitor.kind === "ServiceMonitor" ? "Service" : "pod";
    return finding(
      "monitor-selects-nothing",
      "warning",
      `This ${monitor.kind} selects no ${what} of the cluster, so nothing is scraped.`,
      monitor.at,
    );
  });
}

/** Worth a look only where a day of data would have scaled up: with AverageValue the threshold is per replica. */
function neverReached({ peaks }: Observations): readonly LiveFinding[] {
  return [...peaks].flatMap(([trigger, peak]) => {
    const { threshold, minReplicas, metricType, at } = trigger;
    if (threshold === undefined || !Number.isFinite(peak)) return [];
    const needed = metricType === "AverageValue" ? threshold * Math.max(1, minReplicas) : threshold;
    if (peak >= needed) return [];
    const message = `In the last day this query reached ${formatNumber(peak, "count")} at most; it adds replicas above ${formatNumber(needed, "count")}.`;
    return finding("threshold-never-reached", "info", message, at);
  });
}

function ofServer(manifest: LiveManifest, index: number, seen: Observations): readonly LiveFinding[] {
  const server = manifest.servers[index];
  if (!server) return [];
  const { preemptionsPerSecond = 0, runningPeak, kvPeak } = seen;
  const preempts =
    preemptionsPerSecond > 0
      ? finding(
          "preempting-now",
          "warning",
          `This server preempts ${formatNumber(preemptionsPerSecond, "count")} requests a second right now: its KV cache is too small for its batch.`,
          server.at,
        )
      : [];
  const capped =
    runningPeak !== undefined &&
    kvPeak !== undefined &&
    server.maxRunning !== undefined &&
    runningPeak >= server.maxRunning &&
    kvPeak < ROOM_IN_CACHE
      ? finding(
          "max-num-seqs-binds",
          "info",
          `An engine ran ${runningPeak} requests at once in the last day, all that \`--max-num-seqs\` lets in, with at most ${formatNumber(kvPeak, "share")} of its KV cache in use.`,
          server.at,
        )
      : [];
  return [...preempts, ...capped];
}
