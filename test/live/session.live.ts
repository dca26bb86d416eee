import assert from "node:assert/strict";
import { keyOf } from "../../src/live/board";
import { startWorld, TOKEN, type World } from "./world";

describe("a live session that reads the pods", () => {
  let world: World;

  before(async () => {
    world = await startWorld();
    world.fleet.setLoad(4);
  });
  after(() => world?.stop());

  it("asks first, then shows values within 1.5 s", async () => {
    const started = performance.now();
    const { session, asked, until } = world.session();
    await session.connect();
    await until("numbers", ({ phase }) => phase === "live");
    const took = performance.now() - started;
    assert.ok(took < 1500, `${took} ms`);
    assert.deepEqual(
      asked.map(({ context, cluster, user, namespace }) => [context, cluster, user, namespace]),
      [["test", "lab", "dev", "chat"]],
    );
    await until(
      "a rate",
      ({ board }) =>
        (board.latest(keyOf("tokens", "generated")) ?? 0) >= 0 &&
        board.latest(keyOf("tokens", "generated")) !== undefined,
    );
    assert.equal(session.replicas?.wanted, 2);
    assert.ok((session.board.latest(keyOf("running", "running")) ?? -1) >= 0);
    session.disconnect();
  });

  it("asks nothing of the cluster before a yes, and nothing after a no", async () => {
    const before = world.api.seen.length;
    const { session } = world.session({ confirm: () => Promise.resolve(false) });
    await session.connect();
    assert.equal(session.phase, "off");
    assert.equal(world.api.seen.length, before);
  });

  it("asks nothing while hidden or paused", async () => {
    const { session, until } = world.session();
    await session.connect();
    await until("numbers", ({ phase }) => phase === "live");
    session.setVisible(false);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const before = world.api.seen.length;
    await new Promise((resolve) => setTimeout(resolve, 400));
    assert.equal(world.api.seen.length, before);
    session.setVisible(true);
    await until("more", () => world.api.seen.length > before);
    session.disconnect();
  });

  it("waits as long as the API server asks for", async () => {
    const waits: number[] = [];
    const { session, until } = world.session({
      after: (milliseconds, run) => {
        waits.push(milliseconds);
        const timer = setTimeout(run, Math.min(milliseconds, 60));
        return { cancel: () => clearTimeout(timer) };
      },
    });
    await session.connect();
    await until("numbers", ({ phase }) => phase === "live");
    world.api.faults = [{ path: /./, kind: "429" }];
    await until("old numbers", ({ phase }) => phase === "stale");
    waits.length = 0;
    await until("several refusals", () => waits.length >= 2);
    // Its `Retry-After` is 7 seconds, more than the own first waits of one and two.
    assert.ok(waits[0] !== undefined && waits[0] >= 7000, waits.join());
    world.api.faults = [];
    session.disconnect();
  });

  it("sends GET only", () => {
    assert.deepEqual([...new Set(world.api.seen.map(({ method }) => method))], ["GET"]);
    assert.ok(!JSON.stringify(world.api.seen).includes(TOKEN));
  });
});
