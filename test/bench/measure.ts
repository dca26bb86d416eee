import { performance } from "node:perf_hooks";

/** A thing to measure: what a run consumes is made outside of the clock. */
export interface Contender {
  /** Runs in a row before the next contender has its turn. */
  readonly inARow: number;
  prepare(round: number): () => void;
}

export interface Times {
  readonly median: number;
  readonly p95: number;
  readonly runs: number;
}

/** Runs contenders in turns, so that a slow moment of the machine hits all of them, and gives milliseconds of each. */
export function race(contenders: readonly Contender[], turns: number, warmUp: number): readonly Times[] {
  const times = contenders.map((): number[] => []);
  for (let turn = 0; turn < warmUp + turns; turn++) {
    for (const [i, contender] of contenders.entries()) {
      for (let run = 0; run < contender.inARow; run++) {
        const took = timed(contender.prepare(turn * contender.inARow + run));
        if (turn >= warmUp) times[i]?.push(took);
      }
    }
  }
  return times.map(timesOf);
}

function timed(run: () => void): number {
  const started = performance.now();
  run();
  return performance.now() - started;
}

export function contender<T>(
  prepare: (round: number) => T,
  run: (prepared: T) => void,
  inARow = 1,
): Contender {
  return {
    inARow,
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
