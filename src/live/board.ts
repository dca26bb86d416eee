import { cleanText } from "./clean";
import { formatNumber } from "./numbers";
import { PANELS, type Panel, type PanelLine, type Unit } from "./panels";
import { Ring, stepFor, type Point } from "./ring";
import type { ThresholdLine } from "./thresholds";
import type { LineView, PanelView } from "./view";

/** Values of one line at one moment, by what it is split by; the key is empty when it is not. */
export type SplitValues = ReadonlyMap<string, number>;

/** A line of a panel by name, `ttft/p95`. */
export type LineKey = string;

export function keyOf(panel: string, line: string): LineKey {
  return `${panel}/${line}`;
}

/** Panels whose numbers the API server gives, or another exporter than vLLM. */
export interface ExtraPanel {
  readonly id: string;
  readonly title: string;
  readonly unit: Unit;
  readonly about: string;
  readonly lines: readonly { readonly id: string; readonly label: string }[];
  readonly hasQuery: boolean;
}

export const REPLICAS: ExtraPanel = {
  id: "replicas",
  title: "Replicas",
  unit: "count",
  about: "What the workload should have, and how many of them are ready.",
  lines: [
    { id: "wanted", label: "wanted" },
    { id: "ready", label: "ready" },
  ],
  hasQuery: false,
};

export const GPU_MEMORY: ExtraPanel = {
  id: "gpu",
  title: "GPU memory in use",
  unit: "share",
  about:
    "Of the fullest GPU, as NVIDIA's DCGM exporter sees it. vLLM takes its budget at start and keeps it.",
  lines: [{ id: "gpu", label: "fullest GPU" }],
  hasQuery: true,
};

/** What a person looks at when something is wrong: saturation, latency, then what is done with how much. */
const ORDER = PANELS.flatMap(({ id }) => (id === "tokens" ? [id, REPLICAS.id, GPU_MEMORY.id] : [id]));

/** A chart with more lines than these shows nothing. */
const MOST_LINES = 50;

/** Everything that the panels show, in rings of one range: however long it is open, it does not grow. */
export class Board {
  private rings = new Map<LineKey, Map<string, Ring>>();
  /** When each line was last asked for, whether it had values or not: what is older than that is not of now. */
  private readonly asked = new Map<LineKey, number>();
  private readonly stepMs: number;

  constructor(
    readonly rangeMs: number,
    refreshMs: number,
    readonly byPod: boolean,
  ) {
    this.stepMs = stepFor(rangeMs, refreshMs);
  }

  /** Seconds between points, which a range query uses as well. */
  get stepSeconds(): number {
    return Math.max(1, Math.round(this.stepMs / 1000));
  }

  /** Points held, for tests that nothing grows. */
  get size(): number {
    let size = 0;
    for (const split of this.rings.values()) for (const ring of split.values()) size += ring.length;
    return size;
  }

  /** The newest values of a line. */
  add(key: LineKey, at: number, values: SplitValues): void {
    this.asked.set(key, at);
    for (const [split, value] of values) this.ring(key, split)?.add(at, rounded(value));
    this.dropOld(key, at);
  }

  /** The past of a line, from a range query. */
  fill(key: LineKey, split: string, points: readonly Point[]): void {
    this.ring(key, split)?.fill(points.map(([at, value]) => [at, rounded(value)] as const));
  }

  private ring(key: LineKey, split: string): Ring | undefined {
    let lines = this.rings.get(key);
    if (!lines) this.rings.set(key, (lines = new Map<string, Ring>()));
    let ring = lines.get(split);
    if (!ring && lines.size < MOST_LINES) lines.set(split, (ring = new Ring(this.rangeMs, this.stepMs)));
    return ring;
  }

  /** Pods that went away leave the chart once their last value has. */
  private dropOld(key: LineKey, at: number): void {
    const lines = this.rings.get(key);
    for (const [split, ring] of lines ?? []) {
      if ((ring.last?.[0] ?? at) < at - this.rangeMs) lines?.delete(split);
    }
  }

  /** The last value of a line; undefined when there is none of this moment. */
  latest(key: LineKey): number | undefined {
    const last = this.rings.get(key)?.get("")?.last;
    return last && last[0] >= this.newest(key) - this.stepMs ? last[1] : undefined;
  }

  /** A series that went stale has values, but none of this moment. */
  private newest(key: LineKey): number {
    const last = [...(this.rings.get(key)?.values() ?? [])].map((ring) => ring.last?.[0] ?? 0);
    return this.asked.get(key) ?? Math.max(0, ...last);
  }

  /** What a panel's tile shows. */
  now(panel: string): number | undefined {
    const { main } = PANELS.find(({ id }) => id === panel) ?? { main: "" };
    return this.mainValue(panel, main);
  }

  views(thresholds: ReadonlyMap<string, readonly ThresholdLine[]>): readonly PanelView[] {
    const own = PANELS.map((panel) => this.view(panel, this.linesOf(panel), thresholds.get(panel.id) ?? []));
    const extras = [REPLICAS, GPU_MEMORY]
      .filter(({ id, lines }) => lines.some((line) => this.rings.has(keyOf(id, line.id))))
      .map((panel) => this.view({ ...panel, main: panel.lines[0]?.id ?? "" }, panel.lines, []));
    return [...own, ...extras].sort((a, b) => ORDER.indexOf(a.id) - ORDER.indexOf(b.id));
  }

  private linesOf(panel: Panel): readonly PanelLine[] {
    return this.byPod ? panel.lines.filter(({ id }) => id === panel.main) : panel.lines;
  }

  private view(
    panel: Pick<Panel, "id" | "title" | "unit" | "about" | "main"> & { readonly hasQuery?: boolean },
    lines: readonly { readonly id: string; readonly label: string }[],
    thresholds: readonly ThresholdLine[],
  ): PanelView {
    const drawn = lines.flatMap(({ id, label }) =>
      [...(this.rings.get(keyOf(panel.id, id)) ?? [])].map(([split, ring]) => ({
        label: split === "" ? label : cleanText(split, 80),
        points: ring.get(),
      })),
    );
    const { times, values } = aligned(
      drawn.map(({ points }) => points),
      Math.max(0, ...lines.map(({ id }) => this.asked.get(keyOf(panel.id, id)) ?? 0)),
      this.stepMs,
    );
    const shown: LineView[] = drawn.map(({ label }, i) => ({ label, values: values[i] ?? [] }));
    const main = this.mainValue(panel.id, panel.main);
    return {
      id: panel.id,
      title: panel.title,
      unit: panel.unit,
      about: panel.about,
      now: formatNumber(main, panel.unit),
      note:
        drawn.length === 0 || main === undefined
          ? "no values"
          : Number.isNaN(main)
            ? "no traffic"
            : undefined,
      times,
      lines: shown,
      thresholds,
      hasQuery: panel.hasQuery ?? true,
    };
  }

  /** Of a split line the sum, or the largest where a sum says nothing. */
  private mainValue(panel: string, line: string): number | undefined {
    const split = this.rings.get(keyOf(panel, line));
    if (!split || split.size === 0) return undefined;
    const newest = this.newest(keyOf(panel, line));
    const values = [...split.values()].flatMap(({ last }) =>
      last && last[0] >= newest - this.stepMs ? [last[1]] : [],
    );
    if (values.length === 0) return undefined;
    const known = values.filter((value) => !Number.isNaN(value));
    if (known.length === 0) return NaN;
    const adds = ["waiting", "running", "preemptions", "tokens", "finished", "replicas"].includes(panel);
    return adds ? known.reduce((sum, value) => sum + value, 0) : Math.max(...known);
  }
}

/** Steps without a point after which a curve is broken off: nobody knows what was there while a machine slept. */
const GAP_STEPS = 3;

/** Lines of different moments on one axis of time, which ends at `until`. */
function aligned(
  lines: readonly (readonly Point[])[],
  until: number,
  stepMs: number,
): { readonly times: readonly number[]; readonly values: readonly (readonly (number | null)[])[] } {
  const steps = new Set(lines.flatMap((points) => points.map(([at]) => Math.floor(at / stepMs))));
  if (steps.size > 0) steps.add(Math.floor(until / stepMs));
  const measured = [...steps].sort((a, b) => a - b);
  const sorted = measured.flatMap((step, i) =>
    step - (measured[i - 1] ?? step) > GAP_STEPS ? [(measured[i - 1] ?? step) + 1, step] : step,
  );
  const place = new Map(sorted.map((step, i) => [step, i]));
  const values = lines.map((points) => {
    const row = new Array<number | null>(sorted.length).fill(null);
    for (const [at, value] of points) {
      const i = place.get(Math.floor(at / stepMs));
      if (i !== undefined) row[i] = Number.isFinite(value) ? value : null;
    }
    return row;
  });
  return { times: sorted.map((step) => (step * stepMs) / 1000), values };
}

/** Six digits are more than a chart shows, and half of what would be sent; done once, not each time that it is shown. */
function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
