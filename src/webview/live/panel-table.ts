import { formatNumber } from "../../live/numbers";
import type { PanelView } from "../../live/view";
import { element } from "../elements";

const ROWS = 12;

/** The newest numbers of a panel, line by line: the same as its chart, to read and to copy. */
export function panelTable(panel: PanelView): HTMLElement {
  const from = Math.max(0, panel.times.length - ROWS);
  const rows = panel.times.slice(from).map((time, i) => {
    const cells = panel.lines.map(({ values }) =>
      element("td", { class: "number" }, formatNumber(values[from + i] ?? undefined, panel.unit)),
    );
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, new Date(time * 1000).toLocaleTimeString()),
      ...cells,
    );
  });
  const limits = panel.thresholds
    .map(({ label, value }) => `${label}: ${formatNumber(value, panel.unit)}`)
    .join("; ");
  return element(
    "article",
    { class: "card" },
    element(
      "table",
      {},
      element(
        "caption",
        {},
        `${panel.title}: ${panel.now} ${panel.note ?? ""}${limits === "" ? "" : ` (${limits})`}`,
      ),
      element(
        "thead",
        {},
        element(
          "tr",
          {},
          ...["Time", ...panel.lines.map(({ label }) => label)].map((text, i) =>
            element("th", { scope: "col", class: i > 0 && "number" }, text),
          ),
        ),
      ),
      element("tbody", {}, ...rows.reverse()),
    ),
  );
}
