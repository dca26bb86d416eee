import uPlot from "uplot";
import { formatNumber } from "../../live/numbers";
import type { Unit } from "../../live/panels";
import type { ThresholdLine } from "../../live/thresholds";
import type { PanelView } from "../../live/view";
import { element } from "../elements";

const HEIGHT = 96;
/** A limit this far above everything that was seen would press the curves flat: it is only named. */
const FAR = 8;

const COLOURS = [
  ...["blue", "green", "purple", "yellow", "red"].map((name) => `--vscode-charts-${name}`),
  "--orange",
];

/** A chart of one panel that lives on while the page around it is drawn anew. */
export class Chart {
  private readonly place = element("div", { class: "chart" });
  private plot: uPlot | undefined;
  private panel: PanelView | undefined;
  private drawnFor = "";

  constructor() {
    new ResizeObserver(() => this.fit()).observe(this.place);
    // Another theme is another class of the body; a canvas does not follow by itself.
    new MutationObserver(() => this.rebuild()).observe(document.body, { attributeFilter: ["class"] });
  }

  /** The chart's element with what it shows in words. */
  holder(summary: string): HTMLElement {
    this.place.setAttribute("role", "img");
    this.place.setAttribute("aria-label", summary);
    return this.place;
  }

  show(panel: PanelView, rangeSeconds: number): void {
    this.panel = panel;
    const shape = JSON.stringify([
      panel.lines.map(({ label }) => label),
      rangeSeconds,
      document.body.className,
    ]);
    if (this.plot && shape === this.drawnFor) this.plot.setData(dataOf(panel));
    else {
      this.drawnFor = shape;
      this.build(panel, rangeSeconds);
    }
  }

  private rebuild(): void {
    this.drawnFor = "";
  }

  private fit(): void {
    const width = this.place.clientWidth;
    if (this.plot && width > 0 && width !== this.plot.width) this.plot.setSize({ width, height: HEIGHT });
  }

  private build(panel: PanelView, rangeSeconds: number): void {
    this.plot?.destroy();
    const axis = {
      stroke: colour("--vscode-descriptionForeground"),
      grid: { stroke: "rgba(128, 128, 128, 0.2)", width: 1 },
      ticks: { show: false },
      font: font(),
      size: 30,
    };
    this.plot = new uPlot(
      {
        width: this.place.clientWidth || 240,
        height: HEIGHT,
        padding: [6, 10, 0, 0],
        legend: { show: false },
        cursor: { sync: { key: "live" }, drag: { x: false, y: false }, points: { size: 6 } },
        scales: {
          x: { range: () => this.timeRange(rangeSeconds) },
          y: { range: (_, __, high) => [0, this.top(high)] },
        },
        axes: [
          { ...axis, size: 20, space: 56, values: (_, ticks) => ticks.map(clock) },
          {
            ...axis,
            size: 46,
            space: 26,
            values: (_, ticks) => ticks.map((tick) => formatNumber(tick, axisUnit(panel))),
          },
        ],
        series: [
          {},
          ...panel.lines.map(({ label }, i) => ({
            label,
            stroke: lineColour(i),
            width: 1.75,
            spanGaps: false,
            points: { show: false },
          })),
        ],
        hooks: { draw: [(plot) => this.drawLimits(plot)] },
      },
      dataOf(panel),
      this.place,
    );
  }

  private timeRange(rangeSeconds: number): [number, number] {
    const last = this.panel?.times.at(-1) ?? Date.now() / 1000;
    return [last - rangeSeconds, last];
  }

  private top(high: number | null): number {
    const most = Math.max(high ?? 0, ...this.shownLimits().map(({ value }) => value));
    return most > 0 ? most * 1.1 : 1;
  }

  private shownLimits(): readonly ThresholdLine[] {
    const high = Math.max(
      0,
      ...(this.panel?.lines ?? []).flatMap(({ values }) => values.map((value) => value ?? 0)),
    );
    return (this.panel?.thresholds ?? []).filter(
      ({ value }) => value <= Math.max(high * FAR, high === 0 ? Infinity : 0),
    );
  }

  legendOf(limit: ThresholdLine): string {
    const value = formatNumber(limit.value, this.panel?.unit ?? "count");
    const state = limit.state === "firing" || limit.state === "pending" ? `, ${limit.state}` : "";
    return `${limit.label}: ${value}${this.shownLimits().includes(limit) ? "" : ", far above"}${state}`;
  }

  private drawLimits(plot: uPlot): void {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.setLineDash([6, 4]);
    for (const { value, state } of this.shownLimits()) {
      const isFiring = state === "firing";
      ctx.strokeStyle = isFiring
        ? colour("--vscode-errorForeground", "#f14c4c")
        : colour("--vscode-editorWarning-foreground", "#cca700");
      ctx.lineWidth = devicePixelRatio * (isFiring ? 2 : 1.25);
      const y = Math.round(plot.valToPos(value, "y", true)) + 0.5;
      ctx.beginPath();
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
      ctx.stroke();
    }
    ctx.restore();
  }
}

/** The tile says what a second's worth is of; an axis has no room to. */
function axisUnit({ unit }: PanelView): Unit {
  return unit === "tokens-per-second" || unit === "per-second" ? "count" : unit;
}

function clock(seconds: number): string {
  const time = new Date(seconds * 1000);
  return `${time.getHours()}:${String(time.getMinutes()).padStart(2, "0")}`;
}

function dataOf({ times, lines }: PanelView): uPlot.AlignedData {
  return [[...times], ...lines.map(({ values }) => [...values])];
}

function lineColour(i: number): string {
  return colour(COLOURS[i % COLOURS.length] ?? "", "#3794ff");
}

function colour(name: string, otherwise = "#888"): string {
  return getComputedStyle(document.body).getPropertyValue(name).trim() || otherwise;
}

function font(): string {
  return `10px ${getComputedStyle(document.body).fontFamily}`;
}
