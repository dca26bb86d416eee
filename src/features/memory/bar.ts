import type { MemoryPlan } from "../../sizing/plan-types";

/** A part of one GPU's memory. */
export interface Segment {
  readonly kind: keyof typeof COLOURS;
  readonly label: string;
  readonly gib: number;
}

/** Mid tones that stand on light and dark backgrounds alike; the table beside the picture says the same in words. */
const COLOURS = {
  weights: "#3b78c4",
  activation: "#b5651d",
  other: "#7a6bb0",
  graphs: "#a8577e",
  kv: "#2e8b57",
  free: "#8a8a8a",
} as const;

/** The parts of one GPU's memory, in the order in which vLLM takes them. */
export function segmentsOf(plan: MemoryPlan): readonly Segment[] {
  const { total, budget, weights, activation, nonTorch, cudaGraph, kvCache } = plan;
  if (!total || !weights) return [];
  const graphs = cudaGraph?.value ?? 0;
  const parts: Segment[] = [
    { kind: "weights", label: "weights", gib: weights.value },
    { kind: "activation", label: "activations", gib: activation?.value ?? 0 },
    { kind: "other", label: "other", gib: nonTorch?.value ?? 0 },
    { kind: "graphs", label: "CUDA graphs", gib: plan.cudaGraphInBudget ? graphs : 0 },
    { kind: "kv", label: "KV cache", gib: Math.max(0, kvCache?.value ?? 0) },
  ];
  const used = parts.reduce((sum, part) => sum + part.gib, 0);
  const outside = Math.max(0, total.value - Math.max(used, budget?.value ?? total.value));
  const behind: Segment[] = plan.cudaGraphInBudget
    ? []
    : [{ kind: "graphs", label: "CUDA graphs", gib: Math.min(graphs, outside) }];
  const free = outside - (behind[0]?.gib ?? 0);
  return [...parts, ...behind, { kind: "free" as const, label: "not used", gib: free }].filter(
    (part) => part.gib > 0,
  );
}

const WIDTH = 480;
const HEIGHT = 34;

/** The bar as an SVG image: widths to scale; a red line where the GPU ends when the parts are more than it has. */
export function memoryBar(plan: MemoryPlan): string | undefined {
  const segments = segmentsOf(plan);
  const total = plan.total?.value;
  if (segments.length === 0 || total === undefined) return undefined;
  const sum = segments.reduce((all, segment) => all + segment.gib, 0);
  const scale = WIDTH / Math.max(sum, total);
  let x = 0;
  const shapes = segments.map((segment) => {
    const width = segment.gib * scale;
    const shape = drawSegment(segment, x, width);
    x += width;
    return shape;
  });
  const edge = sum > total * 1.001 ? drawEdge(total * scale) : "";
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="GPU memory">${shapes.join("")}${edge}</svg>`;
}

function drawSegment(segment: Segment, x: number, width: number): string {
  const rectangle = `<rect x="${x.toFixed(1)}" y="2" width="${Math.max(0.5, width).toFixed(1)}" height="30" fill="${COLOURS[segment.kind]}"/>`;
  const fits = width > segment.label.length * 6.6 + 8;
  const text = `<text x="${(x + width / 2).toFixed(1)}" y="21" fill="#fff" font-family="sans-serif" font-size="12" text-anchor="middle">${segment.label}</text>`;
  return fits ? rectangle + text : rectangle;
}

function drawEdge(x: number): string {
  return `<line x1="${x.toFixed(1)}" x2="${x.toFixed(1)}" y1="0" y2="${HEIGHT}" stroke="#e51400" stroke-width="3"/>`;
}
