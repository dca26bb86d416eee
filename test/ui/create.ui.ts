import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { typeQuickInput } from "./quick-input";
import { picture } from "./screenshot";
import { patience, readAll, until } from "./wait";
import { Workbench } from "./workbench";

const box = ".quick-input-widget:visible";

describe("creating a server", () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await Workbench.open({
      folder: join(__dirname, "..", "..", "examples"),
      file: "good/llama-8b.yaml",
      viewport: { width: 1280, height: 860 },
      settings: { "editor.minimap.enabled": false, "workbench.activityBar.location": "hidden" },
    });
    await workbench.runCommand("View: Toggle Primary Side Bar Visibility");
    await workbench.waitForCodeLens(/L4|H100|A100|GiB/);
  });

  after(() => workbench?.close());

  const title = (): Promise<string> =>
    workbench.page.locator(`${box} .quick-input-title`).innerText({ timeout: patience });

  const step = (number: number): Promise<string> =>
    until(workbench.page, `step ${number}`, title, (text) => text.includes(`(${number}/6)`));

  it("asks with a list, a way back, a sentence on what cannot be", async () => {
    const { page } = workbench;
    // The palette gives way to the first question, so there is no moment without a box to wait for.
    await page.keyboard.press("F1");
    await typeQuickInput(page, ">vLLM: Create Deployment…");
    await page.keyboard.press("Enter");
    await step(1);
    await page.keyboard.type("acme/own-model");
    await page.locator(`${box} .monaco-list-row`, { hasText: "as typed" }).waitFor({ timeout: patience });
    await page.locator(`${box} input`).first().fill("Qwen/Qwen3-8B");
    await page.locator(`${box} .monaco-list-row`, { hasText: "Qwen/Qwen3-8B" }).first().waitFor();
    await page.keyboard.press("Enter");
    await step(2);
    await page.keyboard.press("Enter");
    await step(3);
    await page.locator(`${box} .quick-input-titlebar`).getByRole("button", { name: "Back" }).click();
    await step(2);
    await page.keyboard.press("Enter");
    await step(3);
    const cards = await readAll(page, ".quick-input-widget .monaco-list-row", "e.ariaLabel ?? e.innerText");
    assert.match(cards[0] ?? "", /What do I need\?/);
    await page.keyboard.press("Enter");
    await step(4);
    await page.locator(`${box} input`).first().fill("a lot");
    await page
      .locator(`${box} .quick-input-message`, { hasText: "users at once" })
      .waitFor({ timeout: patience });
    await page.keyboard.press("Enter");
    await step(4);
    await page.locator(`${box} input`).first().fill("4");
    await page.keyboard.press("Enter");
    await step(5);
    await page.keyboard.press("Enter");
    await step(6);
    await page.keyboard.press("Enter");
  });

  it("shows all files before one is written", async () => {
    const { page } = workbench;
    const lines = await until(
      page,
      "the files in the preview",
      () => readAll(page, ".view-lines .view-line", "e.textContent.replaceAll('\\u00a0', ' ')"),
      (all) => all.some((line) => line.includes("memory for this load")),
    );
    assert.ok(lines.some((line) => line.includes("kind: Deployment")));
    assert.ok(!existsSync(join(workbench.folder, "qwen3-8b")));
    await picture(workbench, "create-preview", false);
  });

  it("writes them on Apply, and opens the Deployment", async () => {
    const { page } = workbench;
    const apply = page.locator(".editor-actions [aria-label*='Apply These Changes']");
    await apply.click({ timeout: patience });
    await page.locator(".tab.active", { hasText: "deployment.yaml" }).waitFor({ timeout: patience });
    const files = readdirSync(join(workbench.folder, "qwen3-8b")).sort();
    assert.equal(files.length, 8, files.join(", "));
    await workbench.waitForCodeLens(/GiB weights/);
    await picture(workbench, "create");
  });
});
