/** A histogram's bucket: how many observations were at most `bound`. */
export interface Bucket {
  /** `le`; the last one is Infinity. */
  readonly bound: number;
  /** Cumulative count, or the increase of it. */
  readonly count: number;
}

/**
 * The value below which a share `q` of the observations lies, as Prometheus computes it: linear inside the bucket, the
 * highest finite bound for the last one, NaN without observations (`promql/quantile.go`, bucketQuantile, v2.42).
 */
export function histogramQuantile(q: number, given: readonly Bucket[]): number {
  const buckets = monotonous([...given].sort((a, b) => a.bound - b.bound));
  const last = buckets.at(-1);
  if (!last || last.bound !== Infinity || buckets.length < 2 || !(last.count > 0)) return NaN;
  const rank = q * last.count;
  const i = buckets.findIndex(({ count }) => count >= rank);
  const bucket = buckets[i];
  if (!bucket) return NaN;
  if (bucket.bound === Infinity) return buckets.at(-2)?.bound ?? NaN;
  if (i === 0 && bucket.bound <= 0) return bucket.bound;
  const before = buckets[i - 1] ?? { bound: 0, count: 0 };
  const inBucket = bucket.count - before.count;
  return before.bound + (bucket.bound - before.bound) * ((rank - before.count) / inBucket);
}

/** Counts of a scrape that was cut by an update can go down; Prometheus lifts them as well. */
function monotonous(buckets: readonly Bucket[]): readonly Bucket[] {
  let most = 0;
  return buckets.map(({ bound, count }) => {
    most = Math.max(most, Number.isFinite(count) ? count : 0);
    return { bound, count: most };
  });
}
