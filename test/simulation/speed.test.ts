import assert from "node:assert/strict";
import { sustainableRate } from "../../src/simulation/capacity";
import { Engine, type Request } from "../../src/simulation/engine";
import { stepSeconds } from "../../src/simulation/speed";
import { capacityFor, MEASURED, modelled } from "./measured";

const errors = () => MEASURED.map((row) => ({ row, error: modelled(row) / row.value - 1 }));

describe("the model of vLLM's speed", () => {
  it("is within 15 % of published measurements on average, and within 45 % of each", () => {
    const all = errors();
    for (const { row, error } of all)
      assert.ok(Math.abs(error) < 0.45, `${row.model} on ${row.gpu}, ${row.concurrency} at once: ${error}`);
    const mean = all.reduce((sum, { error }) => sum + Math.abs(error), 0) / all.length;
    assert.ok(mean < 0.15, `mean error ${mean}`);
  });

  it("takes longer with more sequences, more context and longer prompts", () => {
    const { work, hardware } = capacityFor(MEASURED[0] ?? assert.fail());
    const step = { decoding: 10, context: 5000, prefill: 0 };
    const base = stepSeconds(step, work, hardware);
    for (const more of [{ decoding: 100 }, { context: 50_000 }, { prefill: 1000 }])
      assert.ok(stepSeconds({ ...step, ...more }, work, hardware) > base);
  });
});

describe("an engine", () => {
  const capacity = { ...capacityFor(MEASURED[0] ?? assert.fail()), sequences: 8, cacheTokens: 4000 };

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
    const full = capacityFor(MEASURED[0] ?? assert.fail());
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
