import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { picture } from "./screenshot";
import { must, patience, readAll, until } from "./wait";
import { webview } from "./webview";
import { Workbench } from "./workbench";

const suggestion = ".suggest-widget.visible .monaco-list-row";
const files = ["server.yaml", "monitor.yaml"];

/** A folder with empty files, which is what a person begins with. */
function emptyFolder(): { path: string; remove(): void } {
  const parent = mkdtempSync(join(tmpdir(), "ui-writing-"));
  const path = join(parent, "chat");
  mkdirSync(path);
  for (const file of files) writeFileSync(join(path, file), "");
  return { path, remove: () => rmSync(parent, { recursive: true, force: true }) };
}

/** One after the other, as a person does: each test goes on with what the one before has written. */
describe("a manifest written from nothing", () => {
  const folder = emptyFolder();
  let workbench: Workbench;

  before(async () => {
    workbench = await Workbench.open({
      folder: folder.path,
      file: "server.yaml",
      viewport: { width: 1180, height: 760 },
      settings: {
        "editor.minimap.enabled": false,
        "workbench.activityBar.location": "hidden",
        "editor.suggest.snippetsPreventQuickSuggestions": true,
      },
    });
    await workbench.runCommand("View: Toggle Primary Side Bar Visibility");
    // What is typed before the extensions answer brings up no proposals.
    await workbench.waitForExtension("vllm-k8s.vllm-k8s");
  });

  after(async () => {
    folder.remove();
    await workbench?.close();
  });

  const read = (file: string): string => readFileSync(join(workbench.folder, file), "utf8");

  /** The one-based place of the last character of a text in a saved file. */
  function placeIn(file: string, text: string): { line: number; column: number } {
    const lines = read(file).split("\n");
    const line = lines.findIndex((each) => each.includes(text));
    assert.ok(line >= 0, `${file} has ${text}`);
    return { line: line + 1, column: (lines[line] ?? "").indexOf(text) + text.length };
  }

  async function typeAndChoose(typed: string, label: string): Promise<void> {
    const { page } = workbench;
    await page.keyboard.type(typed);
    const shown = page.waitForSelector(suggestion, { timeout: 5000 }).catch(() => undefined);
    // On a busy machine the editor may give up on proposals that come late: then a person asks again.
    if ((await shown) === undefined) await page.keyboard.press("Control+Space");
    await choose(label);
  }

  async function choose(label: string): Promise<void> {
    const { page } = workbench;
    await must(page, `choose ${label}`, async () => {
      await page.locator(suggestion, { hasText: label }).first().click({ timeout: patience });
      await page.locator(suggestion).first().waitFor({ state: "hidden", timeout: patience });
    });
  }

  it("begins with a snippet, whose places are filled and chosen", async () => {
    const { page } = workbench;
    await page.locator(".monaco-editor .view-lines").first().click();
    await typeAndChoose("vllm-sin", "vllm-single-gpu");
    await page.keyboard.type("assistant");
    await page.keyboard.press("Tab");
    await page.keyboard.type("llm");
    await page.keyboard.press("Tab");
    const models = await until(
      page,
      "models to choose from",
      () => readAll(page, suggestion, "e.ariaLabel ?? e.innerText"),
      (rows) => rows.length > 2,
    );
    assert.ok(
      models.some((row) => row.includes("Llama-3.1-8B")),
      models.join(", "),
    );
    await picture(workbench, "snippet");
    await choose("Qwen/Qwen3-8B");
    await page.keyboard.press("Escape");
    const text = await workbench.saveAndRead();
    assert.equal((text.match(/: assistant$/gm) ?? []).length, 6);
    assert.match(text, /- \/models\/Qwen\/Qwen3-8B\n\s+- --served-model-name=Qwen\/Qwen3-8B\n/);
    await workbench.goTo(20);
    await workbench.waitForCodeLens(/L40S/);
    assert.deepEqual(await workbench.squiggles(), []);
  });

  it("goes on with an option that is proposed, and its value", async () => {
    const { page } = workbench;
    const { line, column } = placeIn("server.yaml", "--max-num-seqs=32");
    await workbench.goTo(line, column + 1);
    await page.keyboard.press("Enter");
    await typeAndChoose("- --kv", "--kv-cache-dtype");
    await choose("fp8");
    assert.match(await workbench.saveAndRead(), /\n {12}- --kv-cache-dtype=fp8\n/);
  });

  it("writes a default that stands behind the text, on a double click", async () => {
    const { page } = workbench;
    await workbench.goTo(placeIn("server.yaml", "/models/Qwen").line);
    const hint = page.locator(".view-line span", { hasText: /^\s*gpu-memory-utilization\s0\.92/ }).last();
    await must(page, "double-click the hint", () => hint.dblclick({ timeout: patience }));
    await page.waitForSelector(".tab.active.dirty", { timeout: patience });
    assert.match(await workbench.saveAndRead(), /- --gpu-memory-utilization=0\.92\n/);
  });

  it("is watched by a monitor in another file, from which a name leads back", async () => {
    const { page } = workbench;
    await workbench.openFile("monitor.yaml");
    await typeAndChoose("vllm-podm", "vllm-podmonitor");
    await page.keyboard.type("assistant");
    await page.keyboard.press("Tab");
    await page.keyboard.type("llm");
    await page.keyboard.press("Escape");
    await workbench.saveAndRead();
    const { line, column } = placeIn("monitor.yaml", "port: http");
    await workbench.goTo(line, column);
    await page.keyboard.press("F12");
    await page.waitForSelector(`.tab.active[data-resource-name="server.yaml"]`, { timeout: patience });
    const target = placeIn("server.yaml", "- name: http");
    await until(
      page,
      "the cursor at the port's name",
      () => readAll(page, "#status\\.editor\\.selection", "e.innerText"),
      ([text]) => text?.startsWith(`Ln ${target.line},`) ?? false,
    );
  });

  it("has a port and a label renamed over both files", async () => {
    const { page } = workbench;
    await workbench.openFile("server.yaml");
    for (const [text, name] of [
      ["- name: http", "api"],
      ["app: assistant", "helper"],
    ] as const) {
      const { line, column } = placeIn("server.yaml", text);
      await workbench.goTo(line, column);
      await page.keyboard.press("F2");
      const box = page.locator(".rename-box input");
      await box.fill(name, { timeout: patience });
      if (name === "helper") await picture(workbench, "rename");
      await box.press("Enter");
      await page.waitForSelector(".tab.active.dirty", { timeout: patience });
      await workbench.runCommand("File: Save All Files");
      await until(
        page,
        `${name} in the monitor`,
        () => Promise.resolve(read("monitor.yaml")),
        (saved) => saved.includes(`: ${name}\n`),
      );
    }
    const server = read("server.yaml");
    assert.equal((server.match(/port: api$/gm) ?? []).length, 3);
    assert.match(server, /targetPort: api$/m);
    assert.equal((server.match(/app: helper$/gm) ?? []).length, 3);
    assert.match(server, /name: assistant$/m);
    await workbench.openFile("monitor.yaml");
    assert.deepEqual(await workbench.squiggles(), []);
  });

  it("is moved to another release, with a diff and the list of changes", async () => {
    const { page } = workbench;
    await workbench.openFile("server.yaml");
    await workbench.runCommand("vLLM: Migrate to Another vLLM Release", true);
    const box = page.locator(".quick-input-widget:visible input").first();
    await box.fill("0.33.0", { timeout: patience });
    await box.press("Enter");
    await page.waitForSelector(".monaco-diff-editor", { timeout: patience });
    await until(
      page,
      "the new image in the diff",
      () => readAll(page, ".monaco-diff-editor .modified .view-line", "e.innerText"),
      (lines) => lines.some((line) => line.includes("vllm-openai:v0.33.0")),
    );
    await webview(workbench, "h1, h2", /0\.33\.0/);
    await picture(workbench, "migrate");
    await page.locator(".action-label[aria-label^='Apply This Change']").first().click({ timeout: patience });
    await page.waitForSelector(".monaco-diff-editor", { state: "detached", timeout: patience });
    await page.waitForSelector(`.tab.dirty[data-resource-name="server.yaml"]`, { timeout: patience });
    // Keys that are pressed in the list beside it do not reach the editor.
    await page.locator(`.tab[data-resource-name="server.yaml"]`).click({ timeout: patience });
    await workbench.runCommand("File: Save All Files");
    await until(
      page,
      "the new image in the file",
      () => Promise.resolve(read("server.yaml")),
      (text) => text.includes("vllm-openai:v0.33.0"),
    );
  });
});
