import assert from "node:assert/strict";
import { viewOf } from "../../src/hosts/vscode/live/session/view-of";
import { keyOf } from "../../src/live/board";
import { observedWorld } from "./observed-world";
import type { TestedSession, World } from "./world";

const HOUR = 3_600_000;

/** Clocks that disagree, machines that sleep, series that end or are too many. */
describe("time and amounts", function () {
  this.timeout(60_000);
  const observed = observedWorld(8);

  afterEach(() => {
    observed.world.api.faults = [];
    for (const pod of observed.world.fleet.pods) pod.fault = "none";
  });

  async function live(options: Parameters<World["session"]>[0] = {}, pods = false): Promise<TestedSession> {
    const tested = observed.world.session(options);
    if (pods) tested.session.choice = { kind: "pods" };
    await tested.session.connect();
    await tested.until("numbers", ({ phase }) => phase === "live");
    return tested;
  }

  function tokens({ session }: TestedSession): number | undefined {
    return session.board.latest(keyOf("tokens", "generated"));
  }

  for (const [name, off] of [
    ["an hour ahead", HOUR],
    ["an hour behind", -HOUR],
  ] as const) {
    it(`a clock ${name} of Prometheus' shows the same numbers, at the times of this machine`, async () => {
      const tested = await live({ now: () => Date.now() + off, refreshMs: 300 });
      const { session, until } = tested;
      await until("a rate", () => (tokens(tested) ?? 0) > 0);
      await until("the pool", ({ found }) => found?.source.kvPool !== undefined);
      const view = viewOf(session, undefined, [], Date.now() + off);
      const times = view.panels.flatMap((panel) => panel.times);
      const [first, last] = [Math.min(...times), Math.max(...times)];
      const here = (Date.now() + off) / 1000;
      assert.ok(
        last <= here + 1 && last > here - 10 && first > here - 16 * 60,
        `${first - here} ${last - here}`,
      );
      assert.ok(
        session.values.triggers.length === 0 ||
          session.values.triggers.every(({ problem }) => problem === undefined),
      );
      session.disconnect();
    });
  }

  it("a clock that is set back by an hour while live makes no rate of it", async () => {
    let off = 0;
    const tested = await live({ now: () => Date.now() + off, refreshMs: 200 }, true);
    await tested.until("a rate", () => (tokens(tested) ?? 0) > 0);
    off = -HOUR;
    const { lastGood = 0 } = tested.session;
    await tested.until("the first round of the new time", (session) => (session.lastGood ?? 0) < lastGood);
    assert.ok(!((tokens(tested) ?? 0) < 0));
    await tested.until("a rate", () => (tokens(tested) ?? 0) > 0);
    tested.session.disconnect();
  });

  it("a sleep of an hour leaves dead connections and no false rate", async () => {
    let off = 0;
    const tested = await live({ now: () => Date.now() + off, refreshMs: 150 }, true);
    await tested.until("a rate", () => (tokens(tested) ?? 0) > 0);
    const usual = tokens(tested) ?? 0;
    const board = tested.session.board;
    const rates: number[] = [];
    observed.world.api.deafen();
    off = HOUR;
    const woken = Date.now();
    await tested.until("a rate after the sleep", (session) => {
      const isLater = (session.lastGood ?? 0) > Date.now() + HOUR - 5000;
      const rate = isLater ? board.latest(keyOf("tokens", "generated")) : undefined;
      if (rate !== undefined && !Number.isNaN(rate)) rates.push(rate);
      return rates.length >= 3;
    });
    assert.ok(Date.now() - woken < 5000, "it did not wait for what cannot answer");
    assert.ok(
      rates.every((rate) => rate > usual / 20),
      `before ${usual}/s, then ${rates.join(", ")}`,
    );
    tested.session.disconnect();
  });

  it("a curve is broken off where a sleep was", async () => {
    let off = 0;
    const tested = await live({ now: () => Date.now() + off, refreshMs: 150 }, true);
    const { session, until } = tested;
    off = 5 * 60_000;
    await until("a point after it", ({ lastGood = 0 }) => lastGood > Date.now() + off - 5000);
    await until("another", ({ board }) => board.now("running") !== undefined);
    const running = viewOf(session, undefined, [], Date.now() + off).panels.find(
      ({ id }) => id === "running",
    );
    assert.ok(running?.lines[0]?.values.includes(null), JSON.stringify(running?.lines));
    session.disconnect();
  });

  it("a series that went stale is no number of now, and comes back", async () => {
    const tested = await live({ refreshMs: 200 });
    const { until } = tested;
    assert.ok((tested.session.board.now("kv") ?? -1) >= 0);
    for (const pod of observed.world.fleet.pods) pod.fault = "unavailable";
    await until("no number", ({ board }) => board.now("kv") === undefined);
    assert.equal(tested.session.phase, "live");
    const kv = viewOf(tested.session, undefined, [], Date.now()).panels.find(({ id }) => id === "kv");
    assert.deepEqual([kv?.now, kv?.note], ["–", "no values"]);
    assert.ok((kv?.lines[0]?.values.length ?? 0) > 0, "what was is still drawn");
    for (const pod of observed.world.fleet.pods) pod.fault = "none";
    await until("a number", ({ board }) => (board.now("kv") ?? -1) >= 0);
    tested.session.disconnect();
  });

  it("ten thousand series of a Prometheus are cut, which is said", async () => {
    const tested = observed.world.session({ refreshMs: 200 });
    tested.session.setRange(15, true);
    await tested.session.connect();
    await tested.until("numbers", ({ phase }) => phase === "live");
    observed.world.api.faults = [{ path: /query\?/, kind: "10000-series" }];
    await rounds(tested, 3);
    const view = viewOf(tested.session, undefined, [], Date.now());
    assert.ok(view.panels.every(({ lines }) => lines.length <= 50));
    assert.match(tested.session.partial ?? "", /more series than the first 500/);
    assert.ok(JSON.stringify(view).length < 500_000, "what the page is sent");
    const { size } = tested.session.board;
    await rounds(tested, 3);
    assert.ok(tested.session.board.size < size + 50 * 20, "nothing grows but by points");
    tested.session.disconnect();
  });

  it("ten thousand series of each pod are read or left out, never a reason to stop", async () => {
    for (const pod of observed.world.fleet.pods) pod.fault = "many";
    const tested = await live({ refreshMs: 200 }, true);
    await rounds(tested, 3);
    assert.equal(tested.session.phase, "live");
    assert.ok((tested.session.board.now("kv") ?? -1) >= 0);
    tested.session.disconnect();
  });

  async function rounds({ until }: TestedSession, count: number): Promise<void> {
    for (let i = 0, last = 0; i < count; i++)
      await until("a round", ({ lastGood = 0, phase }) => {
        if (phase !== "live" || lastGood <= last) return false;
        last = lastGood;
        return true;
      });
  }
});
