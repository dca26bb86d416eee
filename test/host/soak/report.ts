import assert from "node:assert/strict";
import type { Soak } from "./person";

const MIB = 2 ** 20;

/** Share by which memory grew from the first sittings after the warm-up to the last ones, by the means of a fifth of them each. */
export function growth(heap: readonly number[], warmUp: number): number {
  const rest = heap.slice(warmUp);
  const part = Math.max(1, Math.floor(rest.length / 5));
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  return mean(rest.slice(-part)) / mean(rest.slice(0, part)) - 1;
}

/** Prints what was seen and fails over the limits. */
export function judge(
  { minutes, heap, answers, rejections, keystrokes }: Soak,
  warmUp: number,
  most: number,
): void {
  const grown = growth(heap, warmUp);
  console.log(
    `      ${keystrokes} keystrokes in ${minutes} minutes; heap ${((heap[warmUp] ?? 0) / MIB).toFixed(1)} to ${((heap.at(-1) ?? 0) / MIB).toFixed(1)} MiB, ${(100 * grown).toFixed(1)} % growth after warm-up`,
  );
  for (const [what, times] of answers) {
    const sorted = times.toSorted((a, b) => a - b);
    const at = (share: number): string => (sorted[Math.floor(share * sorted.length)] ?? 0).toFixed(1);
    console.log(`      ${what.padEnd(12)} p50 ${at(0.5)} ms, p95 ${at(0.95)} ms of ${sorted.length}`);
  }
  assert.deepEqual(rejections, []);
  assert.ok(grown < most, `memory grew by ${(100 * grown).toFixed(1)} %`);
}
