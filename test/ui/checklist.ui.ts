import assert from "node:assert/strict";
import { join } from "node:path";
import { picture } from "./screenshot";
import { must, patience, readAll, until } from "./wait";
import { Workbench } from "./workbench";

const ROWS = ".pane:has(.pane-header[aria-label*='Production Checklist']) .monaco-list-row";

describe("the production checklist in the Explorer", () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await Workbench.open({
      folder: join(__dirname, "..", "..", "examples", "article"),
      file: "deployment.yaml",
      settings: { "editor.minimap.enabled": false },
    });
  });

  after(() => workbench?.close());

  const rows = (): Promise<string[]> => readAll(workbench.page, ROWS, "e.innerText.replaceAll('\\n', ' ')");

  it("opens by command, with what fails unfolded", async () => {
    await workbench.waitForCodeLens(/GiB weights/);
    await workbench.runCommand("vLLM: Show Production Checklist");
    const shown = await until(workbench.page, "the checklist", rows, (all) => all.length > 5);
    assert.match(shown[0] ?? "", /GPU memory/);
    assert.ok(
      shown.some((row) => /gpu_cache_usage_perc was removed/.test(row)),
      shown.join("\n"),
    );
    await picture(workbench, "checklist");
  });

  it("jumps to the place of a finding", async () => {
    const { page } = workbench;
    await must(page, "click the place", () =>
      page
        .locator(ROWS, { hasText: "gpu_cache_usage_perc was removed" })
        .first()
        .click({ timeout: patience }),
    );
    await page.waitForSelector(".tab.active[data-resource-name='scaledobject.yaml']", { timeout: patience });
    const line = await until(
      page,
      "the cursor at the finding",
      () => readAll(page, "#status\\.editor\\.selection", "e.innerText.trim()"),
      ([text]) => /^Ln 26,/.test(text ?? ""),
    );
    assert.match(line[0] ?? "", /^Ln 26,/);
  });

  it("fixes a finding from its row", async () => {
    const { page } = workbench;
    const row = page.locator(ROWS, { hasText: "gpu_cache_usage_perc was removed" }).first();
    await must(page, "press the fix of the row", async () => {
      await row.hover({ timeout: patience });
      await row.locator(".action-label.codicon-wrench").click({ timeout: patience });
    });
    const after = await until(
      page,
      "the finding to go",
      rows,
      (all) => all.length > 0 && !all.some((text) => /gpu_cache_usage_perc was removed/.test(text)),
    );
    assert.ok(after.length > 5);
  });

  it("fixes another one by keyboard alone, from its menu", async () => {
    const { page } = workbench;
    const inert = /cooldownPeriod only delays/;
    await workbench.runCommand("vLLM: Show Production Checklist");
    const focused = (): Promise<string[]> => readAll(page, `${ROWS}.focused`, "e.innerText");
    await must(page, "go to the finding", async () => {
      await page.keyboard.press("Home");
      for (let i = 0; i < 60 && !inert.test((await focused()).join("")); i++)
        await page.keyboard.press("ArrowDown");
      assert.match((await focused()).join(""), inert);
    });
    await must(page, "choose the fix in its menu", async () => {
      await page.keyboard.press("Shift+F10");
      await page
        .locator(".context-view .action-label", { hasText: "Fix This Finding" })
        .waitFor({ timeout: patience });
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
    });
    const lines = (): Promise<string[]> =>
      readAll(page, ".view-lines .view-line", "e.textContent.replaceAll('\\u00a0', ' ')");
    await until(
      page,
      "the manifest without it",
      lines,
      (all) => !all.some((line) => /cooldownPeriod/.test(line)),
    );
  });
});
