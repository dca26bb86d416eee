/** `1 GPU`, `4 GPUs`. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}

/** Seconds as a person says them: `90 s`, `6 min`, `1.5 h`. */
export function duration(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return `${Number((seconds / 3600).toFixed(1))} h`;
}

/** `4 to 9 min`, `60 to 90 s`: both ends in the unit of the longer one. */
export function durationRange(low: number, high: number): string {
  const end = duration(high);
  if (high < 120) return `${Math.round(low)} to ${end}`;
  if (high < 7200 && low >= 30) return low < 120 ? `${duration(low)} to ${end}` : `${Math.round(low / 60)} to ${end}`;
  return `${duration(low)} to ${end}`;
}
