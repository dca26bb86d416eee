import { performance } from "node:perf_hooks";

/** A thing to measure: what a run consumes is made outside of the clock. */
export interface Contender {
  prepare(round: number): () => void;
}

export interface Times {
  readonly median: number;
  readonly p95: number;
  readonly runs: number;
}

/** Runs of one contender before the next has its turn: a person types one key after another, and parses no file in between. */
const TURN = 10;

/** Runs contenders in turns, so that a slow moment of the machine hits all of them, and gives milliseconds of each. */
export function race(contenders: readonly Contender[], rounds: number, warmUp: number): readonly Times[] {
  const times = contenders.map((): number[] => []);
  for (let first = 0; first < warmUp + rounds; first += TURN) {
    const turn = Array.from({ length: Math.min(TURN, warmUp + rounds - first) }, (_, i) => first + i);
    for (const [i, contender] of contenders.entries()) {
      const taken = turn.map((round) => timed(contender.prepare(round)));
      times[i]?.push(...taken.filter((_, at) => first + at >= warmUp));
    }
  }
  return times.map(timesOf);
}

function timed(run: () => void): number {
  const started = performance.now();
  run();
  return performance.now() - started;
}

export function contender<T>(prepare: (round: number) => T, run: (prepared: T) => void): Contender {
  return {
    prepare: (round) => {
      const prepared = prepare(round);
      return () => run(prepared);
    },
  };
}

export function timesOf(samples: readonly number[]): Times {
  const sorted = [...samples].sort((a, b) => a - b);
  return { median: quantile(sorted, 0.5), p95: quantile(sorted, 0.95), runs: sorted.length };
}

function quantile(sorted: readonly number[], q: number): number {
  const at = (sorted.length - 1) * q;
  const [low, high] = [sorted[Math.floor(at)] ?? 0, sorted[Math.ceil(at)] ?? 0];
  return low + (high - low) * (at - Math.floor(at));
}
