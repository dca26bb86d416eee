import assert from "node:assert/strict";
import type { Frame } from "playwright-core";
import type { Demo } from "../live/demo";
import type { Problem } from "./problems";
import { webview } from "./webview";
import type { Workbench } from "./workbench";

/** What a person does with live metrics, beside the simulated cluster that sees what is asked of it. */
export class LiveDesk {
  constructor(
    private readonly demo: Demo,
    private readonly workbench: Workbench,
  ) {}

  /** The panel, once it is live. */
  live(): Promise<Frame> {
    return webview(this.workbench, ".sign", /^Live/);
  }

  /** Nothing is asked of the cluster for longer than a few refreshes. */
  async isSilent(): Promise<void> {
    const { seen } = this.demo.world.api;
    await pause(700);
    const before = seen.length;
    await pause(2500);
    assert.equal(seen.length, before);
  }

  async dialog(): Promise<string> {
    const box = this.workbench.page.locator(".monaco-dialog-box");
    await box.waitFor();
    return box.innerText();
  }

  answer(button: string): Promise<void> {
    return this.workbench.page.locator(".monaco-dialog-box").getByText(button, { exact: true }).click();
  }

  /** Clicks the status item, and through its menus. */
  async status(...labels: readonly string[]): Promise<void> {
    const { page } = this.workbench;
    await page.locator(".statusbar-item[id$='vllmK8s.live'] a").click();
    const widget = page.locator(".quick-input-widget:visible");
    for (const label of labels)
      await widget.locator(".monaco-list-row .label-name", { hasText: label }).first().click();
    await widget.waitFor({ state: "hidden" });
  }

  /** The findings of the online rules in the Problems view, once they are as expected. */
  async online(accept: (all: readonly Problem[]) => boolean): Promise<readonly Problem[]> {
    await this.workbench.filterProblems("online");
    const ours = (all: readonly Problem[]): readonly Problem[] =>
      all.filter(({ source }) => source.includes("vLLM (online)"));
    return ours(await this.workbench.problems((all) => accept(ours(all))));
  }
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
