/** Between tries of what failed: twice as long each time up to two minutes, spread so that not all ask at once. */
export function waitBeforeRetry(
  failures: number,
  refreshMs: number,
  retryAfterSeconds: number | undefined,
  random: () => number,
): number {
  const own = Math.min(120_000, Math.max(1000, refreshMs) * 2 ** Math.min(failures - 1, 10));
  const spread = own * (0.8 + 0.4 * random());
  return Math.max(spread, (retryAfterSeconds ?? 0) * 1000);
}
