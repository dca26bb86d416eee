/** `1 GPU`, `4 GPUs`. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}

/** Seconds as a person says them: `150 s`, `5.5 min`, `1.5 h`. */
export function duration(seconds: number): string {
  if (seconds < 300) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Number((seconds / 60).toFixed(seconds < 600 ? 1 : 0))} min`;
  return `${Number((seconds / 3600).toFixed(1))} h`;
}

/** An estimate is not worth its decimals. */
function roughly(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : duration(seconds);
}

/** An estimate from one end to the other: `4 to 9 min`, `60 to 90 s`, `50 s to 7 min`. */
export function durationRange(low: number, high: number): string {
  const [from, to] = [roughly(low), roughly(high)];
  const [number, unit] = from.split(" ");
  return to.endsWith(` ${unit}`) ? `${number} to ${to}` : `${from} to ${to}`;
}
