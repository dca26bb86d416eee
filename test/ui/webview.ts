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

/** The contrast to the background that WCAG 2.1 asks of graphics, 1.4.11; axe-core does not look at them. */
const LEAST_CONTRAST = 3;

const MARKS = `(() => {
  const background = document.createElement("i");
  background.style.color = getComputedStyle(document.documentElement).getPropertyValue("--vscode-editor-background");
  document.body.append(background);
  const under = getComputedStyle(background).color;
  background.remove();
  return [...document.querySelectorAll(".legend rect:not(.free), .legend .swatch")].map((mark) => {
    const style = getComputedStyle(mark);
    return { text: mark.closest("li").innerText, colour: mark.tagName === "rect" ? style.fill : style.borderTopColor, under };
  });
})()`;

interface Mark {
  readonly text: string;
  readonly colour: string;
  readonly under: string;
}

/** Marks in legends whose colour is hardly told from the background, a line each. */
export async function faintMarks(frame: Frame): Promise<readonly string[]> {
  return (await frame.evaluate<Mark[]>(MARKS)).flatMap(({ text, colour, under }) => {
    const ratio = contrast(colour, under);
    return ratio < LEAST_CONTRAST ? `"${text}" is ${colour} on ${under}: ${ratio.toFixed(1)} to 1` : [];
  });
}

/** WCAG's contrast ratio of two colours as the browser computes them, `rgb(r, g, b)` or `rgba(r, g, b, a)`. */
function contrast(over: string, under: string): number {
  const background = channels(under);
  const [r, g, b, alpha = 1] = channels(over);
  const mixed = [r, g, b].map((value, i) => (value ?? 0) * alpha + (background[i] ?? 0) * (1 - alpha));
  const [one, other] = [luminance(mixed), luminance(background)];
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}

function channels(colour: string): readonly number[] {
  return [...colour.matchAll(/[\d.]+/g)].map(([number]) => Number(number));
}

/** Relative luminance, https://www.w3.org/TR/WCAG21/#dfn-relative-luminance. */
function luminance(colour: readonly number[]): number {
  const [r = 0, g = 0, b = 0] = colour.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
