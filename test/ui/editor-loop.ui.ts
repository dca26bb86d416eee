import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readAll, until } from "./wait";
import { problemsInThemes } from "./themes";
import { webview } from "./webview";
import { Workbench } from "./workbench";

/** Lines of test/host/workspace/chat/server.yaml, as the editor counts them. */
const TENSOR_PARALLEL = { line: 21, column: 38 };
const MODEL = { line: 20, column: 30 };

describe("a vLLM manifest in the editor", () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await Workbench.open({
      folder: join(__dirname, "..", "host", "workspace", "chat"),
      file: "server.yaml",
      settings: { "editor.minimap.enabled": false },
    });
  });

  after(() => workbench?.close());

  it("has a lens above its server", async () => {
    const lens = await workbench.waitForCodeLens(/2 x L4/);
    assert.match(lens, /^2 x L4 · .* of .* GiB weights · ≈ .*KV tokens · .*8k requests\s+\|\s+What if$/);
  });

  it("has squiggles under what is wrong", async () => {
    const read = () => workbench.squiggles();
    const severities = await until(workbench.page, "squiggles", read, (all) => all.includes("error"));
    assert.ok(severities.includes("warning"));
  });

  it("shows the memory as a picture and a table in a hover", async () => {
    const text = await workbench.hoverAt(MODEL.line, MODEL.column, /vLLM memory per GPU/);
    assert.match(text, /Weights/);
    assert.match(text, /KV cache/);
    assert.match(text, /Full breakdown/);
    const image = await readAll<boolean>(
      workbench.page,
      ".monaco-hover:not(.hidden) img[src^='data:image/svg+xml']",
      "e.complete && e.naturalWidth > 100 && e.getBoundingClientRect().width > 100",
    );
    assert.deepEqual(image, [true]);
  });

  it("lists its findings in the Problems view, with their rules", async () => {
    const problems = await workbench.problems((all) => all.length >= 3);
    const shm = problems.find(({ code }) => code === "storage/shm-missing");
    assert.ok(shm, JSON.stringify(problems));
    assert.equal(shm.severity, "error");
    assert.match(shm.source, /vllm-k8s/);
    assert.equal(shm.line, TENSOR_PARALLEL.line);
  });

  it("has its state in the language status", async () => {
    const item = workbench.page.locator("#status\\.languageStatus");
    await item.hover();
    const text = await until(
      workbench.page,
      "the language status",
      () => readAll(workbench.page, ".hover-language-status .element", "e.innerText.replaceAll('\\n', ' ')"),
      (rows) => rows.some((row) => row.includes("vLLM")),
    );
    assert.match(text.join("\n"), /\d findings · vLLM 0\.11\.0/);
    await workbench.page.mouse.move(600, 300);
  });

  it("is fixed with the mouse", async () => {
    const { line, column } = TENSOR_PARALLEL;
    const titles = await workbench.openQuickFixes(line, column, "mouse");
    assert.match(titles[0] ?? "", /Mount 2 GiB of memory at `\/dev\/shm`/);
    const { page } = workbench;
    await page.locator(".action-widget .monaco-list-row.action", { hasText: "Mount 2 GiB" }).click();
    await page.waitForSelector(".tab.active.dirty");
    assert.match(await workbench.saveAndRead(), /mountPath: \/dev\/shm/);
  });

  it("puts the cursor where the reason for an exception belongs", async () => {
    await workbench.applyQuickFix(23, 41, /Disable `memory\/gpu-memory-utilization-high` on this line/);
    await workbench.page.keyboard.type("measured on our cards");
    const saved = await workbench.saveAndRead();
    assert.match(
      saved,
      /# vllm-k8s-ignore-next-line memory\/gpu-memory-utilization-high -- measured on our cards\n/,
    );
  });

  it("opens a rule's page from the code of a finding", async () => {
    const { page } = workbench;
    await page
      .locator(".markers-panel a.monaco-link", { hasText: "startup/liveness-kills-loading" })
      .first()
      .click();
    const text = await until(
      page,
      "the page of the rule",
      () => preview(workbench),
      (shown) => shown.includes("Sources"),
    );
    assert.match(text, /^startup\/liveness-kills-loading/);
  });

  it("opens the breakdown from the lens, and keeps it in step", async () => {
    const { page } = workbench;
    await workbench.clickCodeLens(/2 x L4/);
    const frame = await webview(workbench, "h2", /Time to ready/);
    assert.deepEqual(await problemsInThemes(workbench, frame, "breakdown"), []);
    await frame
      .locator("button", { hasText: /^line 22$/ })
      .first()
      .click();
    await until(
      page,
      "the place in the manifest",
      () => readAll(page, "#status\\.editor\\.selection", "e.innerText"),
      ([position]) => /Ln 22/.test(position ?? ""),
    );
    await workbench.runCommand("View: Focus First Editor Group");
    const saved = readFileSync(join(workbench.folder, "server.yaml"), "utf8").split("\n");
    const line = saved.findIndex((text) => text.includes("--max-model-len=8192"));
    await workbench.goTo(line + 1, (saved[line] ?? "").indexOf("8192") + 1);
    await page.keyboard.press("Shift+End");
    await page.keyboard.type("4096");
    await webview(workbench, ".capacity", /requests of 4k/);
    await workbench.waitForCodeLens(/4k requests/);
  });
});

/** What the Markdown preview shows; it is a page in a frame of its own. */
async function preview(workbench: Workbench): Promise<string> {
  const frames = workbench.page.frames().filter((frame) => frame.url().includes("/webview/"));
  const read = (frame: (typeof frames)[number]): Promise<string> =>
    frame.evaluate<string>("document.querySelector('.markdown-body')?.innerText ?? ''").catch(() => "");
  return (await Promise.all(frames.map(read))).join("").trim();
}
