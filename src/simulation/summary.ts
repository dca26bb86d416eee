import type { Request } from "./engine";
import type { Course, Summary } from "./course";

interface Row {
  readonly time: number;
  readonly replicas: number;
  readonly ready: number;
  readonly running: number;
  readonly waiting: number;
  readonly cacheUse: number;
}

interface Totals {
  readonly end: number;
  readonly step: number;
  readonly changes: number;
  readonly refused: number;
  readonly lost: number;
  readonly podSeconds: number;
  readonly preemptions: number;
}

/** The course and the summary of what happened. A request without a first token has waited until the end, at least. */
export function summarise(
  requests: readonly Request[],
  rows: readonly Row[],
  totals: Totals,
): { readonly course: Course; readonly summary: Summary } {
  const waits = requests.map(({ arrived, firstToken }) => (firstToken ?? totals.end) - arrived);
  const buckets: number[][] = rows.map(() => []);
  requests.forEach(({ arrived }, i) =>
    buckets[Math.min(rows.length - 1, Math.floor(arrived / totals.step))]?.push(waits[i] ?? 0),
  );
  const sorted = buckets.map((bucket) => Float64Array.from(bucket).sort());
  const column = <K extends keyof Row>(name: K): readonly Row[K][] => rows.map((row) => row[name]);
  const course: Course = {
    time: column("time"),
    rate: buckets.map((bucket) => bucket.length / totals.step),
    replicas: column("replicas"),
    ready: column("ready"),
    running: column("running"),
    waiting: column("waiting"),
    cacheUse: column("cacheUse"),
    ttft50: sorted.map((bucket) => quantile(bucket, 0.5) ?? null),
    ttft95: sorted.map((bucket) => quantile(bucket, 0.95) ?? null),
  };
  return {
    course,
    summary: { ...numbers(requests, Float64Array.from(waits).sort(), totals), ...shape(course) },
  };
}

function numbers(requests: readonly Request[], waits: Float64Array, totals: Totals) {
  return {
    requests: requests.length,
    refused: totals.refused,
    lost: totals.lost,
    ttft50: quantile(waits, 0.5),
    ttft95: quantile(waits, 0.95),
    ttftWorst: waits.at(-1),
    podHours: totals.podSeconds / 3600,
    changes: totals.changes,
    preemptions: totals.preemptions,
  };
}

function shape({ replicas, waiting }: Course) {
  return {
    peakReplicas: Math.max(0, ...replicas),
    peakWaiting: Math.max(0, ...waiting),
    endWaiting: waiting.at(-1) ?? 0,
    waves: wavesOf(waiting),
  };
}

/** Shorter queues than this come and go with chance. */
const WAVE = 10;

function wavesOf(waiting: readonly number[]): readonly number[] {
  const waves: number[] = [];
  let peak = 0;
  for (const count of [...waiting, 0]) {
    peak = Math.max(peak, count);
    if (count > 0) continue;
    if (peak >= WAVE) waves.push(peak);
    peak = 0;
  }
  return waves;
}

/** Of a sorted list, by the nearest rank. */
function quantile(sorted: Float64Array, share: number): number | undefined {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}
