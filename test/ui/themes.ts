import type { Frame } from "playwright-core";
import { clickQuickInput, pickQuickInput } from "./quick-input";
import { picture } from "./screenshot";
import { must, until } from "./wait";
import { accessibilityProblems, faintMarks } from "./webview";
import type { Workbench } from "./workbench";

/** The editor's own themes of each kind, by the names in its list, with the class that a webview then has. The default comes last. */
const THEMES = [
  { name: "light", label: "Light Modern", kind: "vscode-light" },
  { name: "high-contrast", label: "Dark High Contrast", kind: "vscode-high-contrast" },
  { name: "high-contrast-light", label: "Light High Contrast", kind: "vscode-high-contrast-light" },
  { name: "dark", label: "Dark Modern", kind: "vscode-dark" },
] as const;

/** Pictures that the documentation shows; the others are left with the results of the run. */
const SHOWN = ["breakdown-light", "breakdown-high-contrast"];

/** What axe-core has against a page, and colours of legends that are hardly seen, in each kind of theme; each is left as a picture, `<page>-<theme>`. */
export async function problemsInThemes(
  workbench: Workbench,
  frame: Frame,
  page: string,
): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const { name, label, kind } of THEMES) {
    await must(workbench.page, `choose the theme ${label}`, async () => {
      await workbench.page.keyboard.press("F1");
      const command = "Preferences: Color Theme";
      await clickQuickInput(workbench.page, `>${command}`, command);
      await workbench.page.locator(".quick-input-widget input[placeholder*='Color Theme']").waitFor();
      await pickQuickInput(workbench.page, label, label);
    });
    const shown = (): Promise<string> =>
      frame.evaluate<string>("document.body.dataset.vscodeThemeKind ?? ''").catch(() => "");
    await until(workbench.page, `${page} in ${label}`, shown, (found) => found === kind);
    const found = [...(await accessibilityProblems(frame)), ...(await faintMarks(frame))];
    problems.push(...found.map((problem) => `${name}: ${problem}`));
    await picture(workbench, `${page}-${name}`, SHOWN.includes(`${page}-${name}`));
  }
  return problems;
}
