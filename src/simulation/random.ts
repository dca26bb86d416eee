/** A stream of numbers that the same seed gives again. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** A whole number in [0, below). */
  below(below: number): number;
  /** Seconds to the next event of a Poisson process with a rate per second. */
  gap(rate: number): number;
  /** Around a mean with a coefficient of variation, log-normal. */
  around(mean: number, variation: number): number;
}

/** mulberry32, public domain, by Tommy Ettinger: one word of state, good enough for traffic. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    below: (below) => Math.floor(next() * below),
    gap: (rate) => -Math.log(1 - next()) / rate,
    around(mean, variation) {
      if (variation === 0) return mean;
      const spread = Math.sqrt(Math.log(1 + variation * variation));
      const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
      return mean * Math.exp(spread * normal - (spread * spread) / 2);
    },
  };
}
