import assert from "node:assert/strict";
import fc from "fast-check";
import {
  desiredByAverageValue,
  desiredByValue,
  mostReplicas,
  totalToGrow,
} from "../../src/autoscaling/desired";

/** Desired replicas for each number of current ones. */
const row = (ns: readonly number[], desired: (n: number) => number): number[] => ns.map(desired);

describe("a queue as a total with AverageValue 10", () => {
  const ns = [1, 2, 3, 4, 6, 8];
  const table: Record<number, number[]> = {
    0: [0, 0, 0, 0, 0, 0],
    10: [1, 1, 1, 1, 1, 1],
    11: [1, 2, 2, 2, 2, 2],
    12: [2, 2, 2, 2, 2, 2],
    20: [2, 2, 2, 2, 2, 2],
    22: [3, 2, 3, 3, 3, 3],
    30: [3, 3, 3, 3, 3, 3],
    33: [4, 4, 3, 4, 4, 4],
    43: [5, 5, 5, 4, 5, 5],
    45: [5, 5, 5, 5, 5, 5],
    80: [8, 8, 8, 8, 8, 8],
    88: [9, 9, 9, 9, 9, 8],
  };
  for (const [waiting, expected] of Object.entries(table)) {
    it(`${waiting} waiting`, () => {
      assert.deepEqual(
        row(ns, (n) => desiredByAverageValue(Number(waiting), 10, n)),
        expected,
      );
    });
  }

  it("does not depend on the replicas outside the dead band", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 1, max: 50 }), (total, n) => {
        const ratio = total / (10 * n);
        fc.pre(ratio < 0.89 || ratio > 1.11);
        assert.equal(desiredByAverageValue(total, 10, n), Math.ceil(total / 10));
      }),
    );
  });
});

describe("a mean share with AverageValue 0.8", () => {
  const table: Record<string, number[]> = {
    "0.50": [1, 1, 1, 1, 1],
    "0.80": [1, 1, 1, 1, 1],
    "0.85": [1, 2, 2, 2, 2],
    "0.88": [1, 2, 2, 2, 2],
    "0.90": [2, 2, 2, 2, 2],
    "1.00": [2, 2, 2, 2, 2],
  };
  for (const [mean, expected] of Object.entries(table)) {
    it(`${mean} full`, () => {
      assert.deepEqual(
        row([1, 2, 3, 4, 8], (n) => desiredByAverageValue(Number(mean), 0.8, n)),
        expected,
      );
    });
  }

  it("never asks for more than the bound over the target", () => {
    assert.deepEqual(
      [0.8, 0.5, 0.3].map((target) => mostReplicas(1, target)),
      [2, 2, 4],
    );
    assert.equal(mostReplicas(100, 85), 2);
  });
});

describe("the sum with AverageValue 0.8, and the mean with Value 0.8", () => {
  const ns = [1, 2, 3, 4, 6, 8];
  const table: Record<string, number[]> = {
    "0.10": [1, 1, 1, 1, 1, 1],
    "0.30": [1, 1, 2, 2, 3, 3],
    "0.50": [1, 2, 2, 3, 4, 5],
    "0.70": [1, 2, 3, 4, 6, 7],
    "0.72": [1, 2, 3, 4, 6, 8],
    "0.88": [1, 2, 3, 4, 6, 8],
    "0.90": [2, 3, 4, 5, 7, 9],
    "1.00": [2, 3, 4, 5, 8, 10],
  };
  for (const [mean, expected] of Object.entries(table)) {
    it(`${mean} full`, () => {
      assert.deepEqual(
        row(ns, (n) => desiredByAverageValue(Number(mean) * n, 0.8, n)),
        expected,
        "sum",
      );
      assert.deepEqual(
        row(ns, (n) => desiredByValue(Number(mean), 0.8, n)),
        expected,
        "mean",
      );
    });
  }
});

describe("wrong forms", () => {
  it("divided twice, the queue has to grow with the square of the replicas", () => {
    const ns = [1, 2, 3, 4, 5, 6, 7, 8];
    assert.deepEqual(
      row(ns, (n) => totalToGrow(n, 10, false)),
      [12, 23, 34, 45, 56, 67, 78, 89],
    );
    assert.deepEqual(
      row(ns, (n) => totalToGrow(n, 10, true)),
      [12, 45, 100, 177, 276, 397, 540, 705],
    );
    assert.equal(desiredByAverageValue(160 / 4, 10, 4), 4);
    assert.equal(desiredByAverageValue(160, 10, 4), 16);
  });

  it("a total with Value runs away", () => {
    const run = (total: number, target: number, start: number, steps: number): number[] => {
      const seen = [start];
      while (seen.length <= steps) seen.push(desiredByValue(total, target, seen.at(-1) ?? start));
      return seen;
    };
    assert.deepEqual(run(6, 2, 1, 3), [1, 3, 9, 27]);
    assert.deepEqual(run(12, 10, 1, 6), [1, 2, 3, 4, 5, 6, 8]);
    assert.deepEqual(run(5, 10, 4, 2), [4, 2, 1]);
  });
});
