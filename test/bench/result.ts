import type { Times } from "./measure";

/** One line of the table, with the ceiling it is held to. */
export interface Result {
  readonly name: string;
  readonly times: Times | undefined;
  /** What it is compared with in the same run. */
  readonly reference: { readonly name: string; readonly times: Times } | undefined;
  /** The number under the ceiling: a ratio of medians, milliseconds or kB. */
  readonly value: number;
  readonly ceiling: number;
  readonly unit: "ratio" | "ms" | "kB";
}

/** Medians against each other: what is slow today is slow for both. */
export function ratio(
  name: string,
  times: Times,
  reference: { readonly name: string; readonly times: Times },
  ceiling: number,
): Result {
  return { name, times, reference, value: times.median / reference.times.median, ceiling, unit: "ratio" };
}
