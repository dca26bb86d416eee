import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { picture } from "./screenshot";
import { patience, readAll, until } from "./wait";
import { Workbench } from "./workbench";

const examples = join(__dirname, "..", "..", "examples");
const manifest = "good/llama-8b.yaml";
const lines = readFileSync(join(examples, manifest), "utf8").split("\n");

/** One-based, of the first line that has a text. */
function lineOf(text: string): number {
  const line = lines.findIndex((each) => each.includes(text));
  assert.ok(line >= 0, `${manifest} has ${text}`);
  return line + 1;
}

const suggestion = ".suggest-widget.visible .monaco-list-row";

describe("writing a manifest", () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await Workbench.open({
      folder: examples,
      file: manifest,
      viewport: { width: 1180, height: 760 },
      settings: { "editor.minimap.enabled": false, "workbench.activityBar.location": "hidden" },
    });
    await workbench.runCommand("View: Toggle Primary Side Bar Visibility");
    await workbench.waitForCodeLens(/L4|H100|A100|GiB/);
  });

  after(() => workbench?.close());

  it("shows defaults and budgets behind what is written", async () => {
    const { page } = workbench;
    await workbench.goTo(lineOf("failureThreshold") - 10);
    const labels = await until(
      page,
      "inlay hints",
      () => readAll(page, ".view-lines .view-line", "e.textContent.replaceAll('\\u00a0', ' ')"),
      (all) =>
        all.some((line) => /gpu-memory-utilization 0\.92/.test(line)) &&
        all.some((line) => /gives up after/.test(line)),
    );
    assert.ok(labels.length > 0);
    await picture(workbench, "inlay-hints");
  });

  it("proposes flags with their meaning, and writes them as the others are", async () => {
    const { page } = workbench;
    await workbench.goTo(
      lineOf("--max-model-len="),
      (lines[lineOf("--max-model-len=") - 1] ?? "").length + 1,
    );
    await page.keyboard.press("Enter");
    await page.keyboard.type("- --kv");
    const rows = await until(
      page,
      "proposals",
      () => readAll(page, suggestion, "e.ariaLabel ?? e.innerText"),
      (all) => all.some((row) => row.includes("--kv-cache-dtype")),
    );
    assert.match(rows[0] ?? "", /--kv-/);
    await picture(workbench, "completion");
    await page.locator(suggestion, { hasText: "--kv-cache-dtype" }).first().click({ timeout: patience });
    await page.keyboard.type("fp8");
    await page.keyboard.press("Escape");
    assert.match(await workbench.saveAndRead(), /- --kv-cache-dtype=fp8\n/);
  });

  it("renames a label in the selector and the template at once", async () => {
    const { page } = workbench;
    const text = readFileSync(join(workbench.folder, manifest), "utf8").split("\n");
    const line = text.findIndex(
      (each, i) => /^\s+app(\.kubernetes\.io\/name)?: /.test(each) && /matchLabels/.test(text[i - 1] ?? ""),
    );
    assert.ok(line >= 0, "the example has a selector");
    const value = (text[line] ?? "").split(": ")[1] ?? "";
    await workbench.goTo(line + 1, (text[line] ?? "").length);
    await page.keyboard.press("F2");
    const box = page.locator(".rename-box input");
    await box.fill("renamed", { timeout: patience });
    await box.press("Enter");
    await page.waitForSelector(".tab.active.dirty", { timeout: patience });
    const saved = await workbench.saveAndRead();
    assert.ok((saved.match(/: renamed$/gm) ?? []).length >= 2, `${value} stays in ${saved}`);
  });
});
