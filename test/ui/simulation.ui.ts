import assert from "node:assert/strict";
import { join } from "node:path";
import { picture } from "./screenshot";
import { problemsInThemes } from "./themes";
import { must, patience, until } from "./wait";
import { accessibilityProblems, webview } from "./webview";
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
    assert.deepEqual(await problemsInThemes(workbench, frame, "simulate"), []);
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

  const shown = async (): Promise<string> => {
    const frame = await webview(workbench, "main", /As it is/);
    return frame.evaluate<string>('document.querySelector("main").innerText');
  };

  it("shows each flaw of the article with its number", async () => {
    // The rows in view, errors first; test/autoscaling/article.test.ts has all of them.
    const rows = await workbench.problems((list) => list.length >= 5);
    const text = rows.map(({ message }) => message).join("\n");
    for (const part of [
      /with threshold 0\.8 the HPA never wants more than 2 replicas/,
      /removed in vLLM 0\.12\.0, and `vllm` runs 0\.16\.0/,
      /`minReplicaCount: 1` it is never read/,
    ])
      assert.match(text, part);
    assert.equal(rows.filter(({ severity }) => severity === "error").length, 2);
    await workbench.runCommand("View: Toggle Panel Visibility");
  });

  it("takes rates that a person writes, and says what is wrong with those that cannot be", async () => {
    const frame = await webview(workbench, "main", /As it is/);
    const write = async (value: string): Promise<void> => {
      await frame.fill("#high", value);
      await frame.press("#high", "Enter");
    };
    await write("6");
    await until(workbench.page, "the rate", shown, (text) =>
      /to 6(\.0)? requests a second over 60 min/.test(text),
    );
    await write("1000000");
    const said = (): Promise<string> => frame.evaluate<string>('document.querySelector("main").innerText');
    await until(workbench.page, "a sentence", said, (text) =>
      text.includes("at most 10000 requests a second"),
    );
    assert.equal(await frame.inputValue("#high"), "1000000");
    await write("");
    await until(workbench.page, "the suggestion", said, (text) =>
      text.includes("from what one replica can serve"),
    );
  });

  it("takes a recorded load from a file of the workspace", async () => {
    const frame = await webview(workbench, "main", /As it is/);
    await frame.click("#recording");
    await workbench.page.waitForSelector(".quick-input-widget .monaco-list-row");
    await workbench.page.keyboard.type("load.csv");
    await workbench.page.keyboard.press("Enter");
    const text = await until(workbench.page, "the recording", shown, (each) =>
      each.includes("the recording"),
    );
    assert.match(text, /article\/load\.csv/);
    assert.match(text, /2\.0 to 12 requests a second over 60 min/);
    assert.deepEqual(await accessibilityProblems(frame), []);
  });

  it("applies what it shows: then the manifest as it is holds the load", async () => {
    const frame = await webview(workbench, "main", /After the proposed fixes/);
    await frame.selectOption("#profile", "step");
    const text = await until(
      workbench.page,
      "the step",
      shown,
      (each) => /came back .*, with up to \d+/.test(each) && each.includes("from what one replica can serve"),
    );
    const queues = [...text.matchAll(/came back .*, with up to (\d+)/g)].map((match) => Number(match[1]));
    await frame.click("#fix");
    const apply = workbench.page.locator(".editor-actions [aria-label*='Apply These Changes']");
    await must(workbench.page, "apply the changes", () => apply.click({ timeout: patience }));
    const after = await until(workbench.page, "nothing left to propose", shown, (each) =>
      each.includes("Nothing is proposed that would change it."),
    );
    const [left = 0] = [...after.matchAll(/came back .*, with up to (\d+)/g)].map((match) =>
      Number(match[1]),
    );
    assert.ok(left < 0.3 * (queues[0] ?? 0), `${queues.join(", ")} before, ${left} after`);
  });
});
