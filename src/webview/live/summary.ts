import { formatNumber } from "../../live/numbers";
import type { PanelView } from "../../live/view";

/** What a chart shows, for those who do not see it. */
export function summaryOf(panel: PanelView, minutes: number): string {
  if (panel.lines.length === 0) return `${panel.title}: ${panel.note ?? "nothing yet"}.`;
  const parts = panel.lines.slice(0, 5).map(({ label, values }) => {
    const known = values.filter((value) => value !== null);
    if (known.length === 0) return `${label}: no values`;
    const [low, high] = [Math.min(...known), Math.max(...known)].map((value) =>
      formatNumber(value, panel.unit),
    );
    return `${label}: now ${formatNumber(known.at(-1), panel.unit)}, from ${low} to ${high}`;
  });
  const limits = panel.thresholds.map(({ label, value }) => `${label} at ${formatNumber(value, panel.unit)}`);
  return `${panel.title}, last ${minutes} minutes. ${[...parts, ...limits].join("; ")}.`;
}
