import assert from "node:assert/strict";
import { sustainableRate } from "../../src/simulation/capacity";
import { Engine, type Request } from "../../src/simulation/engine";
import { stepSeconds } from "../../src/simulation/speed";
import { capacityFor, FITTED, HELD_OUT, modelled, type Measurement } from "./measured";

const errorsOf = (rows: readonly Measurement[]) =>
  rows.map((row) => ({ row, error: modelled(row) / row.value - 1 }));

describe("the model of vLLM's speed", () => {
  function isWithin(rows: readonly Measurement[], mean: number, worst: number): void {
    const all = errorsOf(rows);
    for (const { row, error } of all)
      assert.ok(Math.abs(error) < worst, `${row.model} on ${row.gpu}, ${row.concurrency} at once: ${error}`);
    const got = all.reduce((sum, { error }) => sum + Math.abs(error), 0) / all.length;
    assert.ok(got < mean, `mean error ${got}`);
  }

  it("is within 15 % of the measurements it was fitted on, on average, and within 45 % of each", () =>
    isWithin(FITTED, 0.15, 0.45));

  it("is within 30 % of published measurements it never saw, on average, and within 90 % of each", () =>
    isWithin(HELD_OUT, 0.3, 0.9));

  it("has none of the held-out measurements among the fitted", () => {
    const keys = new Set(FITTED.map((row) => JSON.stringify(row)));
    assert.deepEqual(
      HELD_OUT.filter((row) => keys.has(JSON.stringify(row))),
      [],
    );
  });

  it("takes longer with more sequences, more context and longer prompts", () => {
    const { work, hardware } = capacityFor(FITTED[0] ?? assert.fail());
    const step = { decoding: 10, context: 5000, prefill: 0 };
    const base = stepSeconds(step, work, hardware);
    for (const more of [{ decoding: 100 }, { context: 50_000 }, { prefill: 1000 }])
      assert.ok(stepSeconds({ ...step, ...more }, work, hardware) > base);
  });
});

describe("an engine", () => {
  const capacity = { ...capacityFor(FITTED[0] ?? assert.fail()), sequences: 8, cacheTokens: 4000 };

  function run(requests: readonly (readonly [at: number, prompt: number, output: number])[]) {
    const done: Request[] = [];
    const engine = new Engine(capacity, 0, (request) => done.push(request));
    const seen = { running: 0, waiting: 0, cacheUse: 0 };
    for (const [at, prompt, output] of requests) {
      engine.advance(at);
      engine.submit({ arrived: at, prompt, output, firstToken: undefined, finished: undefined }, at);
      seen.running = Math.max(seen.running, engine.running);
      seen.waiting = Math.max(seen.waiting, engine.waiting);
      seen.cacheUse = Math.max(seen.cacheUse, engine.cacheUse);
    }
    for (let i = 0; engine.held > 0 && i < 100_000; i++) engine.advance(engine.next);
    return { done, engine, seen };
  }

  it("answers every request, first token before the last", () => {
    const { done, engine } = run(Array.from({ length: 50 }, (_, i) => [i * 0.1, 100, 20] as const));
    assert.equal(done.length, 50);
    assert.equal(engine.held, 0);
    for (const { arrived, firstToken = NaN, finished = NaN } of done)
      assert.ok(arrived < firstToken && firstToken < finished);
    assert.ok(Math.abs(engine.generatedTokens - 50 * 20) < 1, `${engine.generatedTokens} tokens`);
  });

  it("never runs more than max-num-seqs; the rest waits", () => {
    const { seen } = run(Array.from({ length: 30 }, () => [0, 100, 50] as const));
    assert.equal(seen.running, 8);
    assert.equal(seen.waiting, 22);
  });

  it("preempts when the KV cache is full, and still answers all", () => {
    const { done, engine } = run(Array.from({ length: 8 }, () => [0, 400, 600] as const));
    assert.ok(engine.preemptions > 0);
    assert.equal(done.length, 8);
  });

  it("holds a queue just below its sustainable rate and not above it", () => {
    const full = capacityFor(FITTED[0] ?? assert.fail());
    const rate = sustainableRate(full, 500, 200);
    const waitingAt = (factor: number): number => {
      const engine = new Engine(full, 0, () => undefined);
      const count = Math.floor(rate * factor * 600);
      for (let i = 0; i < count; i++) {
        const at = i / (rate * factor);
        engine.advance(at);
        engine.submit(
          { arrived: at, prompt: 500, output: 200, firstToken: undefined, finished: undefined },
          at,
        );
      }
      return engine.waiting;
    };
    assert.ok(waitingAt(0.85) < 20, `${waitingAt(0.85)} below`);
    assert.ok(waitingAt(1.4) > 100, `${waitingAt(1.4)} above`);
  });
});
