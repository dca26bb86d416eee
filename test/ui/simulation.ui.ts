import assert from "node:assert/strict";
import { join } from "node:path";
import { picture } from "./screenshot";
import { accessibilityProblems, webview } from "./webview";
import { until } from "./wait";
import { Workbench } from "./workbench";

/** The simulator beside the article's ScaledObject. */
describe("the simulator", () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await Workbench.open({
      folder: join(__dirname, "..", "..", "examples"),
      file: "article/scaledobject.yaml",
      viewport: { width: 1500, height: 960 },
      settings: { "editor.minimap.enabled": false, "workbench.activityBar.location": "hidden" },
    });
    await workbench.runCommand("View: Toggle Primary Side Bar Visibility");
  });

  after(() => workbench?.close());

  it("draws replicas, queue, KV cache and latency before and after the fixes", async () => {
    await workbench.waitForCodeLens(/desired\s=\sceil/);
    await workbench.runCommand("vLLM: Simulate Autoscaling");
    const frame = await webview(workbench, "main", /After the proposed fixes/);
    const charts = await until(
      workbench.page,
      "ten charts",
      () => frame.evaluate<number>('document.querySelectorAll("main canvas").length'),
      (count) => count === 10,
    );
    assert.equal(charts, 10);
    const text = await frame.evaluate<string>('document.querySelector("main").innerText');
    assert.match(text, /the queue came back/);
    assert.deepEqual(await accessibilityProblems(frame), []);
    await picture(workbench, "simulate");
  });

  it("draws another load when one is chosen", async () => {
    const frame = await webview(workbench, "main", /After the proposed fixes/);
    const before = await frame.evaluate<string>('document.querySelector("main").innerText');
    await frame.selectOption("#profile", "burst");
    await until(
      workbench.page,
      "another course",
      () => frame.evaluate<string>('document.querySelector("main").innerText'),
      (text) => text !== before,
    );
  });
});
