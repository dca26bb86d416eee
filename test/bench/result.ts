import type { Times } from "./measure";

/** One line of the table, with the ceiling it is held to. */
export interface Result {
  readonly name: string;
  readonly times: Times | undefined;
  /** What it is compared with in the same run. */
  readonly reference: { readonly name: string; readonly times: Times } | undefined;
  /** The number under the ceiling: a ratio of medians, milliseconds or kB. */
  readonly value: number;
  /** Above it the run fails: a regression. */
  readonly ceiling: number;
  /** What we want to get to, where that is lower than the ceiling. */
  readonly goal?: number | undefined;
  readonly unit: "ratio" | "ms" | "kB";
}

/** Medians against each other: what is slow today is slow for both. */
export function ratio(
  name: string,
  times: Times,
  reference: { readonly name: string; readonly times: Times },
  { ceiling, goal }: { readonly ceiling: number; readonly goal?: number },
): Result {
  return {
    name,
    times,
    reference,
    value: times.median / reference.times.median,
    ceiling,
    goal,
    unit: "ratio",
  };
}
