import type { Bucket } from "./quantile";
import type { Sample } from "./exposition";

interface Read {
  /** Milliseconds of our own clock, for a pod's may be wrong. */
  readonly at: number;
  /** By series number; NaN where the read did not have the series. Counters are freed of their resets. */
  readonly values: Float64Array;
}

interface Series {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  /** Counts upwards: a fall is a restart. Gauges are left as they are. */
  readonly counts: boolean;
  readonly number: number;
  lastRaw: number;
  /** What was counted before the last restart. */
  carried: number;
}

/** A pod's own counters are few; more than these are somebody's mistake or an attack. */
const MOST_SERIES = 10_000;

/** Suffixes of what only ever grows. `_total` is not enough: vLLM has a histogram of that ending, which has these too. */
const COUNTS = /_(total|bucket|count|sum)$/;

/**
 * Successive reads of one pod, as far back as a rate needs them. A fall of a counter is a restart: what it then shows is
 * the increase. A series that is new has no rate before its second read.
 */
export class PodHistory {
  private readonly series = new Map<string, Series>();
  private readonly byName = new Map<string, Series[]>();
  private reads: Read[] = [];

  constructor(private readonly windowMs: number) {}

  get lastReadAt(): number | undefined {
    return this.reads.at(-1)?.at;
  }

  /** The number of reads and of series held, for tests that nothing grows. */
  get size(): { readonly reads: number; readonly series: number } {
    return { reads: this.reads.length, series: this.series.size };
  }

  add(at: number, samples: readonly Sample[]): void {
    const last = this.reads.at(-1);
    // The clock was set back, or nobody read for so long that a rate over the gap would say nothing of now.
    if (last && (at <= last.at || at - last.at > this.windowMs * 4)) this.forget();
    const values = new Float64Array(Math.max(this.series.size, samples.length)).fill(NaN);
    const late: [number, number][] = [];
    for (const sample of samples) {
      const series = this.seriesOf(sample);
      if (!series) continue;
      const value = series.counts ? withoutResets(series, sample.value) : sample.value;
      if (series.number < values.length) values[series.number] = value;
      else late.push([series.number, value]);
    }
    this.reads.push({ at, values: late.length === 0 ? values : grown(values, this.series.size, late) });
    const oldest = at - this.windowMs;
    // One read before the window stays: it is where the window's increase begins.
    while (this.reads.length > 2 && (this.reads[1]?.at ?? at) <= oldest) this.reads.shift();
  }

  private forget(): void {
    this.reads = [];
    this.series.clear();
    this.byName.clear();
  }

  private seriesOf(sample: Sample): Series | undefined {
    const known = this.series.get(sample.key);
    if (known || this.series.size >= MOST_SERIES) return known;
    const series: Series = {
      name: sample.name,
      labels: sample.labels,
      counts: COUNTS.test(sample.name),
      number: this.series.size,
      lastRaw: NaN,
      carried: 0,
    };
    this.series.set(sample.key, series);
    const same = this.byName.get(sample.name);
    if (same) same.push(series);
    else this.byName.set(sample.name, [series]);
    return series;
  }

  has(name: string): boolean {
    return this.byName.has(name);
  }

  /** Labels and current value of each series of a name in the last read. */
  latest(name: string): readonly { readonly labels: ReadonlyMap<string, string>; readonly value: number }[] {
    const last = this.reads.at(-1);
    return (this.byName.get(name) ?? []).flatMap(({ labels, number, counts, lastRaw }) => {
      const value = last?.values[number] ?? NaN;
      return Number.isNaN(value) ? [] : [{ labels, value: counts ? lastRaw : value }];
    });
  }

  /** Increase a second of each series of a name over the window; empty before the second read. */
  rates(
    name: string,
  ): readonly { readonly labels: ReadonlyMap<string, string>; readonly perSecond: number }[] {
    const last = this.reads.at(-1);
    if (!last) return [];
    return (this.byName.get(name) ?? []).flatMap(({ labels, number }) => {
      const end = last.values[number] ?? NaN;
      const first = this.reads.find(({ values }) => !Number.isNaN(values[number] ?? NaN));
      if (!first || first === last || Number.isNaN(end)) return [];
      const increase = end - (first.values[number] ?? NaN);
      return [{ labels, perSecond: increase / ((last.at - first.at) / 1000) }];
    });
  }

  /** The rates of a histogram's buckets, added up over all other labels. */
  bucketRates(name: string): readonly Bucket[] {
    const sums = new Map<number, number>();
    for (const { labels, perSecond } of this.rates(`${name}_bucket`)) {
      const bound = boundOf(labels.get("le"));
      if (bound !== undefined) sums.set(bound, (sums.get(bound) ?? 0) + perSecond);
    }
    return [...sums].map(([bound, count]) => ({ bound, count }));
  }
}

function withoutResets(series: Series, value: number): number {
  if (value < series.lastRaw) series.carried += series.lastRaw;
  if (!Number.isNaN(value)) series.lastRaw = value;
  return value + series.carried;
}

function grown(values: Float64Array, size: number, late: readonly [number, number][]): Float64Array {
  const larger = new Float64Array(size).fill(NaN);
  larger.set(values);
  for (const [number, value] of late) larger[number] = value;
  return larger;
}

function boundOf(le: string | undefined): number | undefined {
  if (le === undefined) return undefined;
  if (le === "+Inf") return Infinity;
  const bound = Number(le);
  return Number.isNaN(bound) ? undefined : bound;
}
