import { randomFrom } from "./random";

/** Requests a second over time. */
export interface Profile {
  readonly name: string;
  readonly seconds: number;
  rate(time: number): number;
}

export const PROFILE_NAMES = ["step", "burst", "ramp", "day"] as const;
export type ProfileName = (typeof PROFILE_NAMES)[number];

export interface Shape {
  /** Requests a second before and after. */
  readonly low: number;
  /** Requests a second at the height. */
  readonly high: number;
  readonly seconds: number;
}

/**
 * The load of a named profile: a step up at a sixth and back at two thirds; three bursts of a twentieth; a ramp over two thirds;
 * a day's two humps in the given time.
 */
export function namedProfile(name: ProfileName, { low, high, seconds }: Shape): Profile {
  const rates: Readonly<Record<ProfileName, (part: number) => number>> = {
    step: (part) => (part >= 1 / 6 && part < 2 / 3 ? high : low),
    burst: (part) => ([0.15, 0.45, 0.75].some((at) => part >= at && part < at + 0.05) ? high : low),
    ramp: (part) => low + (high - low) * Math.min(1, (1.5 * part) / 1),
    day: (part) => low + (high - low) * dayShare(part),
  };
  return { name, seconds, rate: (time) => rates[name](time / seconds) };
}

/** Little at night, a hump in the morning and a higher one in the afternoon; 0 to 1. */
function dayShare(part: number): number {
  const hump = (at: number, width: number): number => Math.exp(-(((part - at) / width) ** 2));
  return Math.min(1, 0.75 * hump(0.42, 0.09) + hump(0.66, 0.1));
}

/** A point of a recorded series: seconds since its start and requests a second from then on. */
export interface Recorded {
  readonly time: number;
  readonly rate: number;
}

/** The most points of a recording that are read. */
const MOST_POINTS = 100_000;

/**
 * A recording as JSON (`[[seconds, rate], …]`, or Prometheus' answer to a range query) or as CSV with a time and a rate in each line.
 * Times may be seconds or dates; they count from the first. A sentence when it is none of these.
 */
export function readRecording(text: string): Profile | { readonly problem: string } {
  const points = /^\s*[[{]/.test(text) ? fromJson(text) : fromCsv(text);
  if (points === undefined || points.length < 2)
    return {
      problem:
        "The recording has no two points; give JSON `[[seconds, requests per second], …]` or CSV lines of both.",
    };
  if (points.length > MOST_POINTS) return { problem: `The recording has over ${MOST_POINTS} points.` };
  const sorted = [...points].sort((a, b) => a.time - b.time);
  const start = sorted[0]?.time ?? 0;
  const series = sorted.map(({ time, rate }) => ({ time: time - start, rate }));
  const seconds = series.at(-1)?.time ?? 0;
  if (!(seconds > 0)) return { problem: "All points of the recording are at one time." };
  return { name: "recorded", seconds, rate: rateIn(series) };
}

function rateIn(series: readonly Recorded[]): (time: number) => number {
  return (time) => {
    let [from, to] = [0, series.length - 1];
    while (from < to) {
      const middle = (from + to + 1) >> 1;
      if ((series[middle]?.time ?? 0) <= time) from = middle;
      else to = middle - 1;
    }
    return series[from]?.rate ?? 0;
  };
}

function fromJson(text: string): readonly Recorded[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const series =
    (value as { data?: { result?: readonly { values?: unknown }[] } }).data?.result?.[0]?.values ?? value;
  if (!Array.isArray(series)) return undefined;
  return pointsOf(series.map((item: unknown) => (Array.isArray(item) ? (item as readonly unknown[]) : [])));
}

function fromCsv(text: string): readonly Recorded[] | undefined {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "" && !line.startsWith("#"));
  const rows = lines.map((line) => line.split(/[,;\t]/).map((cell) => cell.trim()));
  // The first line may name the columns.
  const body = rows[0] && pointsOf([rows[0]]) === undefined ? rows.slice(1) : rows;
  return pointsOf(body);
}

function pointsOf(rows: readonly (readonly unknown[])[]): readonly Recorded[] | undefined {
  const points = rows.map(([time, rate]) => ({ time: timeOf(time), rate: Number(rate === "" ? NaN : rate) }));
  return points.every(({ time, rate }) => Number.isFinite(time) && Number.isFinite(rate) && rate >= 0)
    ? points
    : undefined;
}

function timeOf(value: unknown): number {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || value === "") return NaN;
  const number = Number(value);
  return Number.isNaN(number) ? Date.parse(value) / 1000 : number;
}

/** More requests than this in one run take longer than a person waits. */
export const MOST_REQUESTS = 2_000_000;

/** Times of arrival: a Poisson process that follows the profile, by thinning. Undefined when there are too many. */
export function arrivals(profile: Profile, seed: number): readonly number[] | undefined {
  const random = randomFrom(seed);
  const times: number[] = [];
  // In pieces, each with its own highest rate, so that a lull costs nothing.
  const piece = Math.max(1, profile.seconds / 720);
  for (let start = 0; start < profile.seconds; start += piece) {
    const end = Math.min(start + piece, profile.seconds);
    const top =
      1.0001 * Math.max(profile.rate(start), profile.rate((start + end) / 2), profile.rate(end - 1e-9));
    if (!(top > 0)) continue;
    if (top * (end - start) + times.length > MOST_REQUESTS) return undefined;
    for (let time = start + random.gap(top); time < end; time += random.gap(top))
      if (random.next() * top < profile.rate(time)) times.push(time);
  }
  return times;
}
