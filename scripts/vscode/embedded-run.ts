import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { format } from "node:util";
import type { Browser, Page } from "playwright-core";
import { type WorkbenchTarget, launchBrowser, newPage, workbenchUrl } from "./browser";
import { ensureChromium } from "./chromium";
import { ensureEmbeddedVsCode } from "./install";
import { resultsPath } from "./paths";
import { type VsCodeServer, startServer, webHostSettings } from "./server";

/** A run that says nothing for so long is stuck; mocha ends a hanging test long before. */
const silenceLimit = 180_000;

/** The workbench's own remarks, which share the console with the tests. */
const workbenchNoise =
  /^(\[|Resolv(ing|ed) connection token|Creating a socket|Ignoring fetching|Updating additional builtin|No search provider registered)/;

export interface TestRun extends WorkbenchTarget {
  extensionPath: string;
  testsPath: string;
  /** Uses the web-worker extension host and the extension's `browser` entry. */
  web: boolean;
  /** Extensions that are installed; none when left out. */
  extensionsDir?: string | undefined;
}

/** Runs an extension test module in the embedded VS Code; resolves to the exit code it reports. */
export async function runEmbeddedTests(target: TestRun): Promise<number> {
  const executable = await ensureChromium();
  const server = await startServer(await ensureEmbeddedVsCode(), {
    settings: target.web ? webHostSettings(target.extensionPath) : {},
    extensionsDir: target.extensionsDir,
  });
  let browser: Browser | undefined;
  try {
    browser = await launchBrowser(executable);
    const page = await newPage(browser);
    return await Promise.race([server.ended, runInPage(page, server, target)]);
  } finally {
    await browser?.close();
    await server.stop();
  }
}

async function runInPage(page: Page, server: VsCodeServer, target: WorkbenchTarget): Promise<number> {
  const relay = new ConsoleRelay();
  const ended = new Promise<number>((resolve, reject) => {
    // The two functions are how the workbench hands out the test run's console and its result.
    void page.exposeFunction("codeAutomationExit", resolve);
    void page.exposeFunction("codeAutomationLog", (_type: string, args: unknown[]) =>
      relay.take(format(...args)),
    );
    page.once("crash", () => reject(new Error("The page with the workbench crashed.")));
    setInterval(() => {
      if (relay.silence() > silenceLimit)
        reject(new Error(`The tests said nothing for ${silenceLimit / 1000} s.`));
    }, 1000).unref();
  });
  await page.goto(workbenchUrl(server, target));
  const code = await ended.catch(async (error: unknown) => {
    await saveScreenshot(page);
    relay.showHeldBack();
    throw error;
  });
  if (code !== 0) relay.showHeldBack();
  return code;
}

/** Prints the run's console from the suite's start on; what came before matters only when no suite started. */
class ConsoleRelay {
  private heldBack: string[] | undefined = [];
  private lastSign = Date.now();

  take(line: string): void {
    this.lastSign = Date.now();
    if (line.trim() === "mocha-start") this.heldBack = undefined;
    else if (this.heldBack) this.heldBack.push(line);
    else if (!workbenchNoise.test(line)) console.log(line);
  }

  silence(): number {
    return Date.now() - this.lastSign;
  }

  showHeldBack(): void {
    for (const line of this.heldBack ?? []) console.log(line);
    this.heldBack = undefined;
  }
}

async function saveScreenshot(page: Page): Promise<void> {
  const path = join(resultsPath, "host-stuck.png");
  mkdirSync(resultsPath, { recursive: true });
  const saved = await page.screenshot({ path }).catch(() => undefined);
  if (saved) console.error(`Screenshot of the moment: ${path}`);
}
