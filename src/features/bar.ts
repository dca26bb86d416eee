import type { MemoryPlan } from "../sizing/plan-types";

interface Segment {
  readonly label: string;
  readonly gib: number;
  readonly colour: string;
}

/** Mid tones that stand on light and dark backgrounds alike; the table beside the picture says the same in words. */
const COLOURS = {
  weights: "#3b78c4",
  activation: "#b5651d",
  other: "#7a6bb0",
  kv: "#2e8b57",
  free: "#8a8a8a",
};

/** The parts of one GPU's memory, in the order in which vLLM takes them. */
export function segmentsOf(plan: MemoryPlan): readonly Segment[] {
  const { total, budget, weights, activation, nonTorch, cudaGraph, kvCache } = plan;
  if (!total || !weights) return [];
  const other = (nonTorch?.value ?? 0) + (plan.cudaGraphInBudget ? (cudaGraph?.value ?? 0) : 0);
  const parts: Segment[] = [
    { label: "weights", gib: weights.value, colour: COLOURS.weights },
    { label: "activations", gib: activation?.value ?? 0, colour: COLOURS.activation },
    { label: "other", gib: other, colour: COLOURS.other },
    { label: "KV cache", gib: Math.max(0, kvCache?.value ?? 0), colour: COLOURS.kv },
  ];
  const used = parts.reduce((sum, part) => sum + part.gib, 0);
  const outside = Math.max(0, total.value - Math.max(used, budget?.value ?? total.value));
  return [...parts, { label: "not used", gib: outside, colour: COLOURS.free }].filter((part) => part.gib > 0);
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
  const rectangle = `<rect x="${x.toFixed(1)}" y="2" width="${Math.max(0.5, width).toFixed(1)}" height="30" fill="${segment.colour}"/>`;
  const fits = width > segment.label.length * 6.6 + 8;
  const text = `<text x="${(x + width / 2).toFixed(1)}" y="21" fill="#fff" font-family="sans-serif" font-size="12" text-anchor="middle">${segment.label}</text>`;
  return fits ? rectangle + text : rectangle;
}

function drawEdge(x: number): string {
  return `<line x1="${x.toFixed(1)}" x2="${x.toFixed(1)}" y1="0" y2="${HEIGHT}" stroke="#e51400" stroke-width="3"/>`;
}
