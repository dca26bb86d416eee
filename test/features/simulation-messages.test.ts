import assert from "node:assert/strict";
import { simulationMessage } from "../../src/webview/simulation-messages";

describe("messages of the simulator's page", () => {
  it("are taken when they have the shape they should", () => {
    const load = { low: 1, high: 2.5, minutes: 30 };
    for (const message of [
      { type: "profile", profile: "day" },
      { type: "recording" },
      { type: "fix" },
      { type: "load", load },
    ])
      assert.deepEqual(simulationMessage(message), message);
    assert.deepEqual(simulationMessage({ type: "load", load: { high: 3, other: "x" } }), {
      type: "load",
      load: { high: 3 },
    });
  });

  it("are dropped otherwise", () => {
    const bad: readonly unknown[] = [
      null,
      "load",
      [],
      {},
      { type: "profile" },
      { type: "profile", profile: "x".repeat(5000) },
      { type: "load" },
      { type: "load", load: null },
      { type: "load", load: { high: "12" } },
      { type: "load", load: { low: NaN } },
      { type: "load", load: { minutes: Infinity } },
    ];
    for (const message of bad) assert.equal(simulationMessage(message), undefined);
  });
});
