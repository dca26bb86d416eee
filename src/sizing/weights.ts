import { allocatorExtra } from "./allocator";
import { towerParameters } from "./encoder";
import { expertPadding } from "./expert-padding";
import type { ModelShape, Quantization } from "./model-shape";
import { type ParameterPart, parameterParts } from "./parameters";
import { dtypeBytes, storedBytes } from "./quantization";
import { ceilDiv, roundUp } from "./quantity";
import type { VllmVersion } from "../vllm/version";

export interface Layout {
  readonly tensor: number;
  readonly pipeline: number;
  readonly data: number;
  readonly expertParallel: boolean;
}

export interface WeightRequest {
  readonly shape: ModelShape;
  /** In force: the checkpoint's own, or one applied while loading. */
  readonly quantization: Quantization | undefined;
  /** dtype in force, `auto` resolved. */
  readonly dtype: string;
  readonly layout: Layout;
  readonly version: VllmVersion;
  /** `9.0` for Hopper; decides padding. */
  readonly capability: string | undefined;
  /** Multi-token-prediction layers are loaded for speculative decoding. */
  readonly withMtp: boolean;
  /** No image or sound is taken: the towers stay out. */
  readonly withoutTowers: boolean;
}

export interface WeightBytes {
  /** On the fullest GPU. */
  readonly perGpu: number;
  /** Of the whole model as loaded, one copy. */
  readonly total: number;
  /** Bytes of the files to read, multi-token-prediction layers included. */
  readonly file: number;
  readonly replicated: number;
  readonly ropeTables: number;
}

/**
 * Bytes of weights on the fullest GPU: the sum over parts of parameters x stored bytes, divided by the ranks that share the
 * part, plus the rotary tables, which vLLM builds for the model's full length on every rank
 * (`max length x rotary dim x bytes`; 2.5 GiB for the ten million positions of Llama 4 Scout).
 * Source: vllm/model_executor/layers (linear, fused_moe, vocab_parallel_embedding, rotary_embedding); measured rows of the bench.
 */
export function weightBytes(request: WeightRequest): WeightBytes | undefined {
  const { shape, layout } = request;
  const element = dtypeBytes(request.dtype);
  if (element === undefined) return undefined;
  const parts = parameterParts(shape);
  const raw = parts.map((part) => partBytes(part, request, element));
  const rawTotal = raw.reduce((a, b) => a + b, 0);
  if (!(rawTotal > 0)) return undefined;
  const mtp = shape.mtp ? shape.mtp.parameters * mtpBytes(request, element) : 0;
  const published = publishedBytes(request, element);
  const scale = published === undefined ? 1 : Math.max(0.2, (published - mtp) / rawTotal);
  const stages = stageShares(shape.layers, layout.pipeline);
  let perGpu = 0;
  let replicated = 0;
  for (const stage of stages) {
    let bytes = 0;
    let whole = 0;
    parts.forEach((part, index) => {
      const share = stageShare(part, stage, shape.tied);
      const padded = part.stored === "expert" ? expertPadding(request) : 1;
      const onRank = (raw[index] ?? 0) * scale * padded * share * rankShare(part, request);
      bytes += onRank;
      if (part.spread === "replicated") whole += onRank;
    });
    if (bytes > perGpu) [perGpu, replicated] = [bytes, whole];
  }
  const ropeTables = shape.rope.tables * (shape.maxLength ?? 0) * shape.rope.dim * Math.min(2, element);
  const draft = request.withMtp ? mtp / layout.tensor : 0;
  const towers = request.withoutTowers ? towerBytes(request) : 0;
  return {
    perGpu: perGpu - towers / layout.tensor + draft + ropeTables + allocatorExtra(request),
    total: rawTotal * scale - towers,
    file: fileBytes(request) ?? rawTotal + mtp,
    replicated,
    ropeTables,
  };
}

/** Bytes of towers that stay out, 16 bits each; 0 where the published total does not hold them. */
function towerBytes({ shape }: WeightRequest): number {
  return shape.towersMissing ? 0 : 2 * (towerParameters(shape) ?? 0);
}

/** What is downloaded and read is the checkpoint as it was published, whatever is made of it while it loads. */
function fileBytes(request: WeightRequest): number | undefined {
  const { shape } = request;
  if (shape.fileBytes !== undefined) return shape.fileBytes;
  const element = dtypeBytes(shape.dtype);
  if (element === undefined) return undefined;
  const own: WeightRequest = { ...request, quantization: shape.quantization };
  const bytes = parameterParts(shape).reduce((sum, part) => sum + partBytes(part, own, element), 0);
  return bytes + (shape.mtp ? shape.mtp.parameters * mtpBytes(own, element) : 0);
}

/** The published size counts only for the checkpoint as it is: a cast or an online quantisation changes it. */
function publishedBytes(request: WeightRequest, element: number): number | undefined {
  const { shape, quantization } = request;
  if (shape.fileBytes === undefined || shape.towersMissing) return shape.fileBytes;
  if (quantization !== shape.quantization) return undefined;
  const stored = dtypeBytes(shape.dtype) ?? element;
  return quantization === undefined ? (shape.fileBytes * element) / stored : shape.fileBytes;
}

function partBytes(part: ParameterPart, request: WeightRequest, element: number): number {
  const q = request.quantization;
  if (part.stored === "eight") return part.parameters;
  if (q === undefined || part.stored === "plain") return part.parameters * element;
  if (q.on === "experts" && part.stored !== "expert") return part.parameters * element;
  return part.parameters * storedBytes(q, part.stored === "expert" ? "expert" : "linear");
}

function mtpBytes(request: WeightRequest, element: number): number {
  const q = request.quantization;
  return q !== undefined && q.method === "fp8" ? 1 : element;
}

function rankShare(part: ParameterPart, request: WeightRequest): number {
  const { shape, layout } = request;
  switch (part.spread) {
    case "replicated":
      return 1;
    case "kv":
      return 1 / Math.min(layout.tensor, Math.max(1, shape.kvHeads));
    case "experts": {
      const ranks = layout.tensor * layout.data;
      const experts = shape.moe?.experts ?? 1;
      return layout.expertParallel ? ceilDiv(experts, ranks) / experts : 1 / ranks;
    }
    case "tensor": {
      if (part.place === "layers") return 1 / layout.tensor;
      const rows = roundUp(shape.vocab, 64);
      return roundUp(rows, layout.tensor) / shape.vocab / layout.tensor;
    }
  }
}

interface Stage {
  readonly layerShare: number;
  readonly first: boolean;
  readonly last: boolean;
}

/** Layers are dealt evenly; what is left over goes to the stages before the last one, from the back. */
export function stageShares(layers: number, pipeline: number): Stage[] {
  const counts = stageLayers(layers, pipeline);
  return counts.map((count, index) => ({
    layerShare: count / layers,
    first: index === 0,
    last: index === pipeline - 1,
  }));
}

export function stageLayers(layers: number, pipeline: number): number[] {
  const base = Math.floor(layers / pipeline);
  const counts = new Array<number>(pipeline).fill(base);
  let left = layers - base * pipeline;
  for (let stage = pipeline - 2; left > 0 && stage >= 0; stage--, left--) counts[stage] = base + 1;
  if (left > 0) counts[pipeline - 1] = base + left;
  return counts;
}

function stageShare(part: ParameterPart, stage: Stage, tied: boolean): number {
  if (part.place === "layers") return stage.layerShare;
  if (part.place === "first") return stage.first || (tied && stage.last) ? 1 : 0;
  return stage.last ? 1 : 0;
}
