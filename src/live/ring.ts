/** A point of a chart: milliseconds since 1970, and a number; NaN is a gap that is known to be one. */
export type Point = readonly [at: number, value: number];

/**
 * The last values of one series at a fixed step, never more than fit the range: what is shown for an hour takes as much
 * memory as what is shown for a day.
 */
export class Ring {
  private points: Point[] = [];

  constructor(
    readonly rangeMs: number,
    readonly stepMs: number,
  ) {}

  get length(): number {
    return this.points.length;
  }

  get last(): Point | undefined {
    return this.points.at(-1);
  }

  /** Replaces everything, after a range query. */
  fill(points: readonly Point[]): void {
    this.points = [];
    for (const [at, value] of points) this.add(at, value);
  }

  /** The newest value. Within one step it takes the place of the one before it. */
  add(at: number, value: number): void {
    const step = Math.floor(at / this.stepMs);
    let last = this.points.at(-1);
    // The clock was set back: what lies in its future is of no use.
    while (last && Math.floor(last[0] / this.stepMs) > step) {
      this.points.pop();
      last = this.points.at(-1);
    }
    if (last && Math.floor(last[0] / this.stepMs) === step) this.points.pop();
    this.points.push([at, value]);
    const oldest = at - this.rangeMs;
    const first = this.points.findIndex(([when]) => when >= oldest);
    if (first > 0) this.points.splice(0, first);
  }

  get(): readonly Point[] {
    return this.points;
  }
}

/** The step of a range so that a chart has some 240 points: more than the pixels of a small one. */
export function stepFor(rangeMs: number, refreshMs: number): number {
  return Math.max(refreshMs, Math.ceil(rangeMs / 240 / 1000) * 1000);
}
