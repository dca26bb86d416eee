import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Frame } from "playwright-core";
import { until } from "./wait";
import type { Workbench } from "./workbench";

/** The frame of the webview in which something is shown; a page of ours has a `main`. */
export async function webview(workbench: Workbench, selector: string, text = /(?:)/): Promise<Frame> {
  const { page } = workbench;
  const shows = async (frame: Frame): Promise<boolean> => {
    const expression = `[...document.querySelectorAll(${JSON.stringify(selector)})].map((e) => e.innerText ?? e.textContent).join("\\n")`;
    const found = await frame.evaluate<string>(expression).catch(() => "");
    return found !== "" && text.test(found);
  };
  const find = async (): Promise<Frame | undefined> => {
    const frames = page.frames().filter((frame) => frame.url().includes("/webview/"));
    const shown = await Promise.all(frames.map(shows));
    return frames[shown.indexOf(true)];
  };
  const frame = await until(page, `a webview shows ${selector} ${text}`, find, Boolean);
  if (!frame) throw new Error("unreachable: until() waits for a frame");
  return frame;
}

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

const axe = readFileSync(createRequire(__filename).resolve("axe-core/axe.min.js"), "utf8");

/** What axe-core has against a page as it is shown, one line each. */
export async function accessibilityProblems(frame: Frame): Promise<readonly string[]> {
  await frame.evaluate(axe);
  // The page is see-through: the editor's background lies in a frame around it, where axe-core does not look.
  await frame.evaluate(
    "document.documentElement.style.background = getComputedStyle(document.documentElement).getPropertyValue('--vscode-editor-background')",
  );
  // The editor writes the frame's own document around our page: its language and landmarks are not ours.
  const violations = await frame.evaluate<Violation[]>(
    `axe.run(document, { resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "best-practice"] }).then((r) => r.violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html, failureSummary }) => ({ html, failureSummary })) })))`,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 120)} ${failureSummary}`),
  );
}
