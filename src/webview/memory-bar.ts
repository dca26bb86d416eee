import "./memory-bar.css";
import type { MemoryBar } from "../features/memory/breakdown";
import { element, svgElement } from "./elements";

/** One GPU's memory to scale, with a legend that says the same in words, and marks where the budget and the GPU end. */
export function memoryBar({ segments, totalGib, total, budgetGib }: MemoryBar): HTMLElement {
  const sum = segments.reduce((all, { gib }) => all + gib, 0);
  const whole = Math.max(sum, totalGib);
  const percent = (gib: number): string => `${((100 * gib) / whole).toFixed(3)}%`;
  let x = 0;
  const parts = segments.map(({ kind, label, gib }) => {
    const title = svgElement("title", {}, `${label}: ${gib.toFixed(2)} GiB`);
    const part = svgElement(
      "rect",
      { class: kind, x: percent(x), y: 4, width: percent(gib), height: 32 },
      title,
    );
    x += gib;
    return part;
  });
  const mark = (kind: string, gib: number): SVGElement =>
    svgElement("line", { class: kind, x1: percent(gib), x2: percent(gib), y1: 0, y2: 40 });
  const marks = [
    ...(budgetGib === undefined || budgetGib >= whole ? [] : [mark("budget", budgetGib)]),
    ...(sum > totalGib * 1.001 ? [mark("edge", totalGib)] : []),
  ];
  const picture = svgElement("svg", { width: "100%", height: 40, "aria-hidden": "true" }, ...parts, ...marks);
  const legend = segments.map(({ kind, label, gib }) =>
    element(
      "li",
      {},
      svgElement(
        "svg",
        { width: 10, height: 10, "aria-hidden": "true" },
        svgElement("rect", { class: kind, width: 10, height: 10 }),
      ),
      ` ${label} `,
      element("span", { class: "number" }, `${gib.toFixed(gib < 10 ? 2 : 1)} GiB`),
    ),
  );
  const over = sum > totalGib * 1.001 ? `, ${(sum - totalGib).toFixed(1)} GiB more than the GPU has` : "";
  const caption = `One GPU, ${total}${over}${budgetGib === undefined ? "" : "; the dashed line is where vLLM's budget ends"}`;
  return element(
    "figure",
    { class: "memory" },
    picture,
    element("ul", { class: "legend" }, ...legend),
    element("figcaption", { class: "muted" }, caption),
  );
}
