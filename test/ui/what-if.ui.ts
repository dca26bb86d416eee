import assert from "node:assert/strict";
import { join } from "node:path";
import type { Frame } from "playwright-core";
import { picture } from "./screenshot";
import { readAll, until } from "./wait";
import { problemsInThemes } from "./themes";
import { webview } from "./webview";
import { Workbench } from "./workbench";

/** Line of test/host/workspace/chat/server.yaml, as the editor counts them. */
const MODEL = { line: 20, column: 30 };

describe("what if, in the editor", () => {
  let workbench: Workbench;
  let frame: Frame;

  before(async () => {
    workbench = await Workbench.open({
      folder: join(__dirname, "..", "host", "workspace", "chat"),
      file: "server.yaml",
      viewport: { width: 1500, height: 820 },
      settings: { "editor.minimap.enabled": false, "workbench.activityBar.location": "hidden" },
    });
    await workbench.runCommand("View: Toggle Primary Side Bar Visibility");
  });

  after(() => workbench?.close());

  it("opens from the lens, with the present row marked", async () => {
    await workbench.clickCodeLens(/What if$/);
    frame = await webview(workbench, "tr[aria-current='true']", /L4/);
    const rows = await frame.locator("tbody tr").count();
    assert.ok(rows > 10, `${rows} rows`);
    assert.deepEqual(await problemsInThemes(workbench, frame, "what-if"), []);
  });

  it("compares what is asked for", async () => {
    await frame.locator("#filter-gpu").selectOption("H100 80GB SXM");
    await frame.locator("#filter-cache").focus();
    await frame.locator("#filter-cache").selectOption("any");
    await webview(workbench, "tbody", /H100 80GB SXM[^]*fp8/);
    const focused = await frame.evaluate<string>("document.activeElement.id");
    assert.equal(focused, "filter-cache");
    await picture(workbench, "what-if");
  });

  it("shows a row as a diff and applies it when told to", async () => {
    const row = frame.locator("tbody tr", { hasText: /H100 80GB SXM\s*1\s*1\s*8k\s*auto/ }).first();
    await row.locator("button").click();
    const { page } = workbench;
    await until(
      page,
      "the diff",
      () => readAll(page, ".monaco-diff-editor .view-line", "e.textContent"),
      (lines) => lines.some((line) => line.includes("nvidia-h100-80gb")),
    );
    await page.locator(".editor-actions [aria-label*='Apply This Change']").click();
    await webview(workbench, "tr[aria-current='true']", /H100/);
    await workbench.runCommand("View: Focus First Editor Group");
    const saved = await workbench.saveAndRead();
    assert.match(saved, /gke-accelerator: nvidia-h100-80gb/);
    assert.match(saved, /--tensor-parallel-size=1/);
    assert.match(saved, /nvidia\.com\/gpu: "1"/);
  });

  it("stands beside the breakdown", async () => {
    await workbench.runCommand("vLLM: Show Memory Breakdown");
    await webview(workbench, "figcaption", /One GPU/);
    await picture(workbench, "breakdown");
    await workbench.runCommand("View: Focus First Editor Group");
  });

  it("opens from the hover too", async () => {
    await workbench.hoverAt(MODEL.line, MODEL.column, /What if/);
    await workbench.page.keyboard.press("Escape");
  });
});
