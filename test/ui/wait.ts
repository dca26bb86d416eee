import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { resultsPath } from "../../scripts/vscode/paths";

export const patience = 20_000;

/** Does `action`; when it fails, the error says what was wanted and where the screenshot of the moment is. */
export async function must<T>(page: Page, what: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    // An inner step has reported already, and closer to the cause.
    if (error instanceof UiFailure) throw error;
    const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    throw new UiFailure(`${what}: ${reason}${await saveScreenshot(page, what)}`);
  }
}

/** Reads until `accept` likes what it sees, and returns that; the failure shows the last thing seen. */
export async function until<T>(
  page: Page,
  what: string,
  read: () => Promise<T>,
  accept: (value: T) => boolean,
): Promise<T> {
  return must(page, what, async () => {
    const end = Date.now() + patience;
    for (;;) {
      const value = await read();
      if (accept(value)) return value;
      if (Date.now() > end)
        throw new Error(`not so after ${patience / 1000} s; last seen ${JSON.stringify(value)}`);
      await page.waitForTimeout(50);
    }
  });
}

/** Evaluates `expression`, in which `e` is an element, for all elements of a selector at one moment. */
export function readAll<T = string>(page: Page, selector: string, expression: string): Promise<T[]> {
  return page.evaluate(
    `[...document.querySelectorAll(${JSON.stringify(selector)})].map((e) => ${expression})`,
  );
}

class UiFailure extends Error {}

async function saveScreenshot(page: Page, what: string): Promise<string> {
  mkdirSync(resultsPath, { recursive: true });
  const name = what
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, 80);
  const path = join(resultsPath, `${name}-${Date.now()}.png`);
  const saved = await page.screenshot({ path, timeout: 5000 }).catch(() => undefined);
  return saved ? `\n    screenshot: ${path}` : "";
}
