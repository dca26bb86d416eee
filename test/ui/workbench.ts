import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { clickQuickInput, pickQuickInput, typeQuickInput } from "./quick-input";
import { type Problem, readProblems } from "./problems";
import { type Session, type SessionOptions, startSession } from "./session";
import { must, patience, readAll, until } from "./wait";

export type Severity = "error" | "warning" | "info" | "hint";

const hoverContent = ".monaco-editor .monaco-hover:not(.hidden) .monaco-hover-content";
const quickFixItem = ".action-widget .monaco-list-row.action";

/** A person at VS Code: what they can see and do, each action waiting for its own effect. */
export class Workbench {
  private constructor(
    private readonly session: Session,
    private file: string | undefined,
  ) {}

  /** Opens the workbench on a copy of a folder and waits until it, and the file if one is given, are shown. */
  static async open(options: SessionOptions): Promise<Workbench> {
    return Workbench.on(await startSession(options), options.file);
  }

  /** The workbench on a page that is being loaded; it closes the session if it never gets shown. */
  static async on(session: Session, file: string | undefined): Promise<Workbench> {
    const workbench = new Workbench(session, file);
    try {
      await workbench.waitUntilShown();
    } catch (error) {
      await session.close();
      throw error;
    }
    return workbench;
  }

  get page(): Page {
    return this.session.page;
  }

  /** The copy of the folder that the workbench shows. */
  get folder(): string {
    return this.session.folder;
  }

  /** Process id of the server that the window is on. */
  get server(): number | undefined {
    return this.session.server?.pid;
  }

  close(): Promise<void> {
    return this.session.close();
  }

  private async waitUntilShown(): Promise<void> {
    await must(this.page, "the workbench appears", async () => {
      await this.page.waitForSelector(".monaco-workbench", { timeout: 60_000 });
      // The driver that the server was started with tells when everything from the last session is back.
      await this.page.waitForFunction("window.driver", undefined, { timeout: 60_000 });
      await this.page.evaluate("window.driver.whenWorkbenchRestored()");
    });
    if (this.file) await this.waitForEditor(this.file);
  }

  private async waitForEditor(file: string): Promise<void> {
    await must(this.page, `an editor shows ${file}`, async () => {
      const name = file.split("/").pop() ?? file;
      await this.page.waitForSelector(`.tab.active[data-resource-name="${name}"]`, { timeout: patience });
      await this.page.waitForSelector(".editor-instance .monaco-editor .view-line", { timeout: patience });
    });
  }

  /** Opens another file of the folder. */
  async openFile(file: string): Promise<void> {
    await must(this.page, `open ${file}`, async () => {
      await this.page.keyboard.press("Control+P");
      await pickQuickInput(this.page, file, file.split("/").pop() ?? file);
    });
    this.file = file;
    await this.waitForEditor(file);
  }

  /** Runs a command by its full title in the palette, such as "Developer: Reload Window"; `asksOn` when it opens such a box itself. */
  async runCommand(title: string, asksOn = false): Promise<void> {
    await must(this.page, `run the command ${title}`, async () => {
      await this.page.keyboard.press("F1");
      const choose = asksOn ? clickQuickInput : pickQuickInput;
      await choose(this.page, `>${title}`, title);
    });
  }

  /** Puts the cursor before a character; both numbers are one-based, as the editor shows them. */
  async goTo(line: number, column = 1): Promise<void> {
    await must(this.page, `go to ${line}:${column}`, async () => {
      await this.page.keyboard.press("Control+G");
      await typeQuickInput(this.page, `:${line}:${column}`);
      await this.page.keyboard.press("Enter");
    });
    const position = "#status\\.editor\\.selection";
    const wanted = `Ln ${line}, Col ${column}`;
    const read = (): Promise<string[]> => readAll(this.page, position, "e.innerText.trim()");
    await until(this.page, `the cursor is at ${wanted}`, read, ([text]) => text === wanted);
  }

  /** The code lenses in view, from top to bottom; links of one lens are joined by " | ". */
  codeLenses(): Promise<string[]> {
    return readAll(this.page, ".codelens-decoration", "e.innerText.trim()");
  }

  waitForCodeLens(pattern: RegExp): Promise<string> {
    const read = async (): Promise<string | undefined> =>
      (await this.codeLenses()).find((lens) => pattern.test(lens));
    return until(this.page, `a code lens ${pattern}`, read, Boolean).then((lens) => lens ?? "");
  }

  /** Clicks the link of a code lens. */
  async clickCodeLens(pattern: RegExp): Promise<void> {
    await this.waitForCodeLens(pattern);
    await must(this.page, `click the code lens ${pattern}`, () =>
      this.page.locator(".codelens-decoration a", { hasText: pattern }).first().click({ timeout: patience }),
    );
  }

  /** Rests the mouse on a character and returns the hover's text once it matches; the hover stays open. */
  async hoverAt(line: number, column: number, pattern = /\S/): Promise<string> {
    await this.goTo(line, column);
    await must(this.page, `move the mouse to ${line}:${column}`, async () => {
      const cursor = await this.page
        .locator(".monaco-editor.focused .cursors-layer .cursor")
        .first()
        .boundingBox();
      if (!cursor) throw new Error("the cursor is not shown");
      await this.page.mouse.move(0, 0);
      await this.page.mouse.move(cursor.x + 3, cursor.y + cursor.height / 2, { steps: 3 });
    });
    let before = "";
    const read = async (): Promise<string> =>
      (await readAll(this.page, hoverContent, "e.innerText.trim()")).join("\n");
    return until(this.page, `a hover ${pattern} at ${line}:${column}`, read, (text) => {
      // Providers answer one after the other: the text counts once it no longer grows.
      const settled = text === before && !text.includes("Loading...");
      before = text;
      return settled && pattern.test(text);
    });
  }

  /** The severities of the squiggles in view. */
  async squiggles(): Promise<Severity[]> {
    const names = await readAll(this.page, ".view-overlays [class*=squiggly-]", "e.className");
    return names.flatMap(
      (name) => (/squiggly-(error|warning|info|hint)/.exec(name)?.[1] as Severity | undefined) ?? [],
    );
  }

  /** The rows of the Problems view once `accept` likes them; opens the view when it is not open. */
  async problems(accept: (problems: Problem[]) => boolean = (list) => list.length > 0): Promise<Problem[]> {
    if ((await this.page.locator(".markers-panel:visible").count()) === 0) {
      await this.runCommand("Problems: Focus on Problems View");
      await must(this.page, "the Problems view opens", () =>
        this.page.waitForSelector(".markers-panel", { timeout: patience }),
      );
    }
    return until(this.page, "the Problems view has the rows", () => readProblems(this.page), accept);
  }

  /** Leaves only rows of the Problems view that have a text in message, source or rule; the view shows few at a time. */
  async filterProblems(text: string): Promise<void> {
    await this.runCommand("Problems: Focus on Problems View");
    await must(this.page, `filter the problems by ${text}`, () =>
      this.page.getByPlaceholder(/^Filter \(e\.g\./).fill(text),
    );
  }

  /** Everything in the notification centre: with the driver of tests the window shows no toasts. */
  async notifications(): Promise<string[]> {
    await this.runCommand("Notifications: Show Notifications");
    const items = ".notifications-center .notification-list-item-message";
    await must(this.page, "the notifications are shown", () =>
      this.page.locator(".notifications-center.visible").waitFor({ timeout: patience }),
    );
    const texts = await readAll(this.page, items, "e.innerText.trim()");
    await this.runCommand("Notifications: Hide Notifications");
    return texts;
  }

  /**
   * Opens the menu of quick fixes at a position and returns its items. By mouse, it is the link in the hover of a
   * problem: the light bulb comes and goes with the focus.
   */
  async openQuickFixes(
    line: number,
    column: number,
    by: "keyboard" | "mouse" = "keyboard",
  ): Promise<string[]> {
    if (by === "mouse") await this.hoverAt(line, column, /Quick Fix/);
    else await this.goTo(line, column);
    await must(this.page, `open the quick fixes at ${line}:${column}`, async () => {
      const link = this.page.locator(`${hoverContent} .action`, { hasText: "Quick Fix" });
      if (by === "mouse") await link.first().click({ timeout: patience });
      else return this.pressForQuickFixes();
      await this.page.waitForSelector(quickFixItem, { timeout: patience });
    });
    return readAll(this.page, quickFixItem, "e.innerText.trim()");
  }

  /** The editor closes the menu without a word when it asks before the findings are there: then a person asks again. */
  private async pressForQuickFixes(): Promise<void> {
    const attempts = 5;
    for (let i = 1; i <= attempts; i++) {
      await this.page.keyboard.press("Control+.");
      const menu = this.page.waitForSelector(quickFixItem, { timeout: patience / attempts });
      const opened = await menu
        .then(() => true)
        .catch((error: unknown) => (i === attempts ? Promise.reject(error as Error) : false));
      if (opened) return;
      await this.page.keyboard.press("Escape");
    }
  }

  /** Clicks an item of the quick fixes at a position; the file's tab is then modified. */
  async applyQuickFix(line: number, column: number, title: string | RegExp): Promise<void> {
    await this.openQuickFixes(line, column);
    await must(this.page, `choose the quick fix ${title}`, () =>
      this.page.locator(quickFixItem, { hasText: title }).first().click({ timeout: patience }),
    );
    await until(
      this.page,
      `the quick fix ${title} changes the file`,
      () => this.isModified(),
      (modified) => modified,
    );
  }

  /** Saves the open file and returns what is then on disk. */
  async saveAndRead(): Promise<string> {
    const file = this.file;
    if (!file) throw new Error("no file was opened");
    await must(this.page, `save ${file}`, () => this.page.keyboard.press("Control+S"));
    await until(
      this.page,
      `${file} is saved`,
      () => this.isModified(),
      (modified) => !modified,
    );
    return readFileSync(join(this.folder, file), "utf8");
  }

  private async isModified(): Promise<boolean> {
    return (await this.page.locator(".tab.active.dirty").count()) > 0;
  }

  /** Waits until the extension with this id has been activated. */
  async waitForExtension(id: string): Promise<void> {
    await this.runCommand("Developer: Show Running Extensions");
    const list = ".runtime-extensions-editor";
    const rows = (): Promise<string[]> =>
      readAll(this.page, `${list} .monaco-list-row`, "e.innerText.replaceAll('\\n', ' ')");
    await until(this.page, `${id} is active`, rows, (texts) =>
      texts.some((text) => text.startsWith(id) && /Activation: \d+ms/.test(text)),
    );
    await must(this.page, "close the list of running extensions", async () => {
      await this.page.keyboard.press("Escape");
      await this.page.locator(list).waitFor({ state: "hidden", timeout: patience });
    });
  }

  /** A picture of the window, or of one element of it. */
  async screenshot(path: string, selector?: string): Promise<void> {
    await must(this.page, `take the screenshot ${path}`, async () => {
      if (selector) await this.page.locator(selector).first().screenshot({ path });
      else await this.page.screenshot({ path });
    });
  }
}
