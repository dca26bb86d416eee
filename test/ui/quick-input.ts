import type { Page } from "playwright-core";
import { patience } from "./wait";

/** The box at the top of the window: command palette, go to file, go to line. */
const widget = ".quick-input-widget";

/** Replaces the text of the open box and waits until its list has caught up with it. */
export async function typeQuickInput(page: Page, text: string): Promise<void> {
  const input = page.locator(`${widget}:visible input`).first();
  await input.waitFor({ timeout: patience });
  await input.fill(text);
  await page.locator(`${widget}:visible .monaco-list-row`).first().waitFor({ timeout: patience });
}

/** Types, then clicks the entry with exactly that label, whatever else is similar or was used recently. */
export async function pickQuickInput(page: Page, text: string, label: string): Promise<void> {
  await clickQuickInput(page, text, label);
  await page.locator(`${widget}:visible`).waitFor({ state: "hidden", timeout: patience });
}

/** The same of an entry that opens another list. */
export async function clickQuickInput(page: Page, text: string, label: string): Promise<void> {
  await typeQuickInput(page, text);
  const name = page
    .locator(`${widget}:visible .monaco-list-row .label-name`)
    .filter({ hasText: exactly(label) });
  await name.first().click({ timeout: patience });
  // Left where the entry was, the mouse would bring up the tooltip of whatever lies beneath.
  await page.mouse.move(0, 0);
}

function exactly(label: string): RegExp {
  return new RegExp(`^\\s*${label.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")}\\s*$`);
}
