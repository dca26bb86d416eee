import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pickQuickInput } from "./quick-input";
import { picture } from "./screenshot";
import { patience, readAll, until } from "./wait";
import { Workbench } from "./workbench";

const TITLE = "Get Started with vLLM on Kubernetes";

/** In an empty folder, so that nothing but what the extension carries can be shown. */
describe("the walkthrough", () => {
  const folder = mkdtempSync(join(tmpdir(), "ui-walkthrough-"));
  let workbench: Workbench;

  before(async () => {
    workbench = await Workbench.open({ folder, viewport: { width: 1180, height: 760 } });
  });

  after(async () => {
    rmSync(folder, { recursive: true, force: true });
    await workbench?.close();
  });

  it("leads from the welcome page to an example with its findings, offline", async () => {
    const { page } = workbench;
    await workbench.runCommand("Welcome: Open Walkthrough...", true);
    await pickQuickInput(page, "vLLM", TITLE);
    const steps = await until(
      page,
      "the steps",
      () => readAll(page, ".gettingStartedContainer .step-title", "e.innerText.trim()"),
      (titles) => titles.filter(Boolean).length >= 5,
    );
    assert.match(steps.join("\n"), /before you apply/);
    await picture(workbench, "walkthrough");
    await page.locator(".gettingStartedContainer .monaco-button", { hasText: "Open the broken manifest" }).first().click({ timeout: patience }); // prettier-ignore
    await until(
      page,
      "the example in an editor",
      () => readAll(page, ".tab.active", "e.dataset.resourceName"),
      (names) => names.includes("llama-70b.yaml"),
    );
    await workbench.waitForCodeLens(/Does\snot\sfit/);
  });
});
