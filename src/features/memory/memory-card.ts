import { contains, type Span } from "../../base/span";
import { code } from "../../base/markdown";
import type { Position, Range } from "../../base/text";
import { formatCount, formatGib, formatTimes, formatTokens } from "../../sizing/format";
import type { MemoryPlan } from "../../sizing/plan-types";
import type { Quantity } from "../../sizing/quantity";
import type { VllmServer } from "../../vllm/model";
import type { SourceDocument } from "../../yaml/document";
import { memoryBar } from "./bar";
import type { Folder } from "../workspace/folder";
import { formatLength, nextStep, shortGpuName, whatIsMissing } from "./plan-text";
import type { SourceFile } from "../workspace/workspace";

export interface MemoryHover {
  readonly range: Range;
  readonly markdown: string;
  /** The server's position in its file. */
  readonly server: number;
}

/** Flags whose value moves memory between weights, activations and KV cache. */
const MEMORY_FLAGS: ReadonlySet<string> = new Set(
  [
    "model", "gpu-memory-utilization", "max-model-len", "max-num-seqs", "max-num-batched-tokens", "tensor-parallel-size",
    "pipeline-parallel-size", "data-parallel-size", "enable-expert-parallel", "kv-cache-dtype", "dtype", "quantization",
    "block-size", "enforce-eager", "kv-cache-memory-bytes", "num-gpu-blocks-override", "cpu-offload-gb", "enable-lora",
    "max-loras", "max-lora-rank", "speculative-config", "decode-context-parallel-size",
  ].map((name) => `--${name}`),
); // prettier-ignore

/** The memory card, when the position is on a server's model, GPU count or a memory flag. */
export function memoryAt(file: SourceFile, folder: Folder, position: Position): MemoryHover | undefined {
  const offset = file.index.offsetAt(position);
  const placed = file.documents.findLast((document) => document.offset <= offset);
  if (!placed) return undefined;
  const { source, offset: base } = placed;
  const point = { start: offset - base, end: offset - base };
  const server = folder.serversIn(source, file).find((each) => placeAt(each, source, point));
  const span = server && placeAt(server, source, point);
  if (!server || !span) return undefined;
  const range = file.index.rangeOf({ start: base + span.start, end: base + span.end });
  const index = folder.serversOf(file).indexOf(server);
  return { range, markdown: memoryCard(server, folder.plans.plan(server)), server: index };
}

/** The place around a point that is a server's model, GPU or memory flag. A file of thousands of servers asks each, so nothing is made here. */
function placeAt({ engine, gpu }: VllmServer, doc: SourceDocument, point: Span): Span | undefined {
  const holds = (place: { readonly doc: SourceDocument; readonly span: Span } | undefined): boolean =>
    place?.doc === doc && contains(place.span, point);
  if (holds(engine.model.at)) return engine.model.at?.span;
  if (holds(gpu.node)) return gpu.node?.span;
  for (const { node } of gpu.hints) if (holds(node)) return node?.span;
  for (const { flag, valueAt, flagAt } of engine.bindings) {
    if (!MEMORY_FLAGS.has(flag)) continue;
    if (holds(valueAt)) return valueAt.span;
    if (holds(flagAt)) return flagAt.span;
  }
  return undefined;
}

/** At most a dozen lines: picture, table, capacity, formula, what was taken for granted, one next step. */
function memoryCard(server: VllmServer, plan: MemoryPlan): string {
  const missing = whatIsMissing(server, plan);
  const step = nextStep(server, plan);
  const room = capacityLine(plan);
  const lines = [
    `**vLLM memory per GPU** · ${headline(server, plan)}`,
    missing === undefined ? picture(plan) : undefined,
    missing === undefined ? table(plan) : capitalise(missing) + ".",
    verdict(plan),
    room && `**${room.replace(" KV tokens", " KV tokens**")}`,
    budgetFormula(plan),
    assumptions(plan),
    step && `**Next:** ${step}`,
  ];
  return lines.filter((line) => line !== undefined && line !== "").join("\n\n");
}

export function headline(server: VllmServer, plan: MemoryPlan): string {
  const { model } = server.engine;
  const gpu = plan.gpu
    ? `${server.gpu.count ?? plan.gpus ?? "?"} x ${shortGpuName(plan.gpu)}`
    : "GPU not known";
  const { major, minor, patch } = plan.version;
  const origin = { tag: "", setting: " (setting)", newest: " (assumed: newest)" }[server.version.origin];
  return `${code(model.known ? model.value : "model not known")} on ${gpu} · vLLM ${major}.${minor}.${patch}${origin}`;
}

function picture(plan: MemoryPlan): string | undefined {
  const svg = memoryBar(plan);
  return svg && `![GPU memory](data:image/svg+xml;base64,${base64(svg)})`;
}

function table(plan: MemoryPlan): string | undefined {
  if (!plan.total) return undefined;
  const outside = plan.budget && { value: plan.total.value - plan.budget.value };
  const gpus = (plan.gpus ?? 1) > 1 ? `over ${plan.gpus} GPUs` : "on one GPU";
  const checkpoint = plan.checkpoint ? `${formatGib(plan.checkpoint.value)} of files ${gpus}` : "";
  const rows: readonly string[] = [
    ...row("Weights", plan.weights, checkpoint),
    ...row("Activations", plan.activation, "peak of the profile run"),
    ...row("Other", plan.nonTorch, "CUDA context, NCCL, workspaces"),
    ...row(
      "CUDA graphs",
      plan.cudaGraph,
      plan.cudaGraphInBudget ? "inside the budget" : "on top of the budget",
    ),
    ...row("KV cache", plan.kvCache, "what is left of the budget"),
    ...(outside
      ? [`| Not used | ${formatGib(outside.value)} | | outside \`--gpu-memory-utilization\` |`]
      : []),
  ];
  return ["| | per GPU | | |", "|:--|--:|:--|:--|", ...rows].join("\n");
}

/** Name, value, error band, note. */
function row(name: string, quantity: Quantity | undefined, note: string): readonly string[] {
  if (!quantity) return [];
  return [`| ${name} | ${formatGib(quantity.value)} | ${bandOf(quantity)} | ${note} |`];
}

/** A band to both sides alike as `± 466 MiB`, a wide or lopsided one by its ends. */
function bandOf({ value, low, high }: Quantity): string {
  const [half, other] = [Math.max(high - value, value - low), Math.min(high - value, value - low)];
  if (half < 0.005) return "";
  return half > 2 * other || half > value / 2
    ? `${formatGib(low)} to ${formatGib(high)}`
    : `± ${formatGib(half)}`;
}

function verdict(plan: MemoryPlan): string | undefined {
  if (plan.fits === "no") return `**Does not fit.** ${plan.reasons.join(" ")}`;
  if (plan.fits === "tight") return `**May not fit.** ${plan.reasons.join(" ")}`;
  return undefined;
}

/** `≈ 460k KV tokens at 28,672 bytes a token · 56x requests of 8k at once`. */
export function capacityLine(plan: MemoryPlan): string | undefined {
  const { tokens, maxConcurrency, maxModelLen, bytesPerToken } = plan.kv;
  if (!tokens || plan.fits === "no") return undefined;
  const perToken = bytesPerToken ? ` at ${formatCount(bytesPerToken.value)} bytes a token` : "";
  const requests =
    maxConcurrency && maxModelLen
      ? ` · ${formatTimes(maxConcurrency.value)} requests of ${formatLength(maxModelLen.value)} at once`
      : "";
  return `≈ ${formatTokens(tokens.value)} KV tokens${perToken}${requests}`;
}

function budgetFormula(plan: MemoryPlan): string | undefined {
  return plan.kvCache && `KV cache = ${plan.kvCache.formula}`;
}

function assumptions(plan: MemoryPlan): string | undefined {
  const shown = plan.assumptions.map(({ name, value, origin }) => `${name} ${value} (${origin})`);
  return shown.length === 0 ? undefined : `From: ${shown.join("; ")}`;
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** ASCII only, which SVG made here is. */
function base64(text: string): string {
  return btoa(text);
}
