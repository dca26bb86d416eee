import assert from "node:assert/strict";
import { keyOf } from "../../src/live/board";
import { PANELS } from "../../src/live/panels";
import { viewOf } from "../../src/hosts/vscode/live/session/view-of";
import { observedWorld } from "./observed-world";
import { startPrometheus } from "./prometheus";
import { liveManifestOf, MANIFEST } from "./world";

describe("a live session with a Prometheus in the cluster", function () {
  this.timeout(60_000);
  const observed = observedWorld(30);

  it("finds it, shows values within 1.5 s and all panels of old and new releases", async () => {
    const { session, until } = observed.world.session({ refreshMs: 500 });
    const started = performance.now();
    await session.connect();
    await until("numbers", ({ phase }) => phase === "live");
    assert.ok(performance.now() - started < 1500);
    assert.match(session.found?.source.name ?? "", /^Prometheus monitoring\/prometheus-operated:9090/);
    const view = viewOf(session, liveManifestOf(MANIFEST), [], Date.now());
    for (const { id } of PANELS) {
      const panel = view.panels.find((each) => each.id === id);
      assert.notEqual(panel?.note, "no values", id);
    }
    assert.ok((session.board.latest(keyOf("kv", "kv")) ?? 0) > 0);
    assert.ok((session.board.latest(keyOf("tokens", "generated")) ?? 0) > 0);
    assert.equal(session.found?.source.kvPool, 32_768);
    const [trigger] = view.triggers;
    assert.match(trigger?.threshold ?? "", /^5 each, 10 in all$/);
    assert.match(trigger?.wanted ?? "", /^\d+$/);
    assert.deepEqual(view.panels.find(({ id }) => id === "kv")?.thresholds, [
      { value: 0.95, label: "CacheFull" },
    ]);
    session.disconnect();
  });

  it("knows of each alert of the manifest whether its expression holds, where Prometheus has no such rule", async () => {
    const { session, until } = observed.world.session({ refreshMs: 300 });
    await session.connect();
    const state = (name: string): string | undefined =>
      [...session.values.alerts].find(([alert]) => alert.name === name)?.[1];
    await until("an expression that is true", () => state("SlowFirstToken") === "holds");
    assert.match(state("CacheFull") ?? "", /^(holds|quiet)$/);
    session.disconnect();
  });

  it("agrees with what is computed from the pods themselves", async () => {
    const [asked, read] = [
      observed.world.session({ refreshMs: 400 }),
      observed.world.session({ refreshMs: 400 }),
    ];
    read.session.choice = { kind: "pods" };
    await Promise.all([asked.session.connect(), read.session.connect()]);
    await new Promise((resolve) => setTimeout(resolve, 5000));
    const value = (each: typeof asked, panel: string, line: string): number =>
      each.session.board.latest(keyOf(panel, line)) ?? NaN;
    // Prometheus divides by its whole window of a minute, of which there is less; what is a ratio does not depend on it.
    for (const [panel, line, within] of [
      ["itl", "p50", 0.2],
      ["prefix", "hits", 0.1],
    ] as const) {
      const [a, b] = [value(asked, panel, line), value(read, panel, line)];
      assert.ok(Math.abs(a - b) / a < within, `${panel}: Prometheus ${a}, pods ${b}`);
    }
  });

  it("splits by pod", async () => {
    const { session, until } = observed.world.session();
    session.setRange(5, true);
    await session.connect();
    await until("numbers", ({ phase }) => phase === "live");
    const kv = session.board.views(new Map()).find(({ id }) => id === "kv");
    assert.deepEqual(
      [...(kv?.lines ?? [])].map(({ label }) => label).sort(),
      observed.world.fleet.pods.map(({ name }) => name).sort(),
    );
    session.disconnect();
  });

  it("answers the online rules", async () => {
    const { session, until } = observed.world.session();
    await session.connect();
    await until("observations", ({ observations }) => observations !== undefined);
    const { absent, selected, missingTargets, unchecked } = session.observations ?? {};
    assert.deepEqual(
      [absent, [...(selected ?? [])].map(([, count]) => count), missingTargets, unchecked],
      [[], [1], [], undefined],
    );
    session.disconnect();
  });

  it("keeps the last numbers while Prometheus restarts, and goes on", async () => {
    const { session, until } = observed.world.session({ refreshMs: 200 });
    await session.connect();
    await until("numbers", ({ phase }) => phase === "live");
    const { port } = observed.prometheus;
    await observed.prometheus.stop();
    await until("old numbers", ({ phase }) => phase === "stale");
    assert.ok(session.lastGood !== undefined && session.board.size > 0);
    const again = await startPrometheus({ fleet: observed.world.fleet, namespace: "chat", port });
    try {
      await until("live again", ({ phase }) => phase === "live");
      session.disconnect();
    } finally {
      await again.stop();
    }
  });
});
