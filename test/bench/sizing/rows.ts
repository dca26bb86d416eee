import { catalogueModel } from "../../../src/sizing/catalogue";
import { catalogueGpu } from "../../../src/sizing/gpu-catalogue";
import type { GpuSpec, PlanInput } from "../../../src/sizing/plan-types";
import { parseVersion } from "../../../src/vllm/version";
import heldOutData from "./held-out.json";
import data from "./measured.json";
import unseenData from "./unseen.json";

export interface Observed {
  readonly weights_gib?: number;
  readonly activation_peak_gib?: number;
  readonly non_torch_gib?: number;
  readonly graph_gib?: number;
  readonly kv_cache_gib?: number;
  readonly kv_tokens?: number;
  readonly gpu_blocks?: number;
  readonly max_concurrency?: number;
  readonly concurrency_len?: number;
  readonly kv_needed_gib?: number;
  readonly est_max_len?: number;
  readonly outcome: string;
}

/** One start of vLLM as its log tells it. */
export interface Row {
  readonly id: string;
  readonly url: string;
  readonly version?: string;
  readonly model?: string;
  readonly gpu?: string;
  readonly totalGib?: number;
  readonly tp?: number;
  readonly pp?: number;
  readonly dp?: number;
  readonly ep?: boolean;
  readonly length?: number;
  readonly utilization?: number;
  readonly sequences?: number;
  readonly batchedTokens?: number;
  readonly eager?: boolean;
  readonly block?: number;
  readonly dtype?: string;
  readonly quantization?: string;
  readonly kvDtype?: string;
  readonly kvBytes?: number;
  readonly offline?: boolean;
  readonly flashInfer?: boolean;
  readonly prefixCaching?: boolean;
  readonly textOnly?: boolean;
  readonly withoutTowers?: boolean;
  readonly chunked?: boolean;
  readonly dcp?: number;
  readonly mtp?: number;
  readonly mambaMode?: "align" | "none" | "all";
  readonly stateDtype?: string;
  readonly platform?: string;
  /** What the source does not say itself: model, gpu, tp, version; `tp-one` where a single GPU is the plain reading. */
  readonly inferred?: readonly string[];
  /** A constant was fitted on this row: it proves nothing. */
  readonly fitted?: boolean;
  /** What a later change took from this row, collected as unseen: it proves nothing any more. */
  readonly used?: string;
  readonly observed: Observed;
}

export const rows = data.rows as unknown as readonly Row[];

/** Starts that were collected after the model was made; no constant is fitted on them, so they tell what to expect of others. */
export const heldOut = heldOutData.rows as unknown as readonly Row[];

/** Starts that were collected after that, again before any change was made for them. */
export const unseen = unseenData.rows as unknown as readonly Row[];

/** The row as a manifest would give it to the planner; the card's total comes from the log when it was printed. */
export function inputOf(row: Row): PlanInput {
  const model = row.model === undefined ? undefined : catalogueModel(row.model);
  return {
    model,
    modelName: row.model,
    gpu: gpuOf(row),
    version: parseVersion(row.version ?? "") ?? { major: 0, minor: 11, patch: 0 },
    tensorParallel: row.tp,
    pipelineParallel: row.pp,
    dataParallel: row.dp,
    expertParallel: row.ep,
    maxModelLen: row.length,
    maxNumSeqs: row.sequences,
    maxNumBatchedTokens: row.batchedTokens,
    gpuMemoryUtilization: row.utilization,
    enforceEager: row.eager,
    blockSize: model?.shape.state ? undefined : row.block,
    dtype: row.dtype,
    kvCacheDtype: row.kvDtype,
    kvCacheMemoryBytes: row.kvBytes,
    quantization: model?.shape.quantization === undefined ? onlineName(row.quantization) : undefined,
    decodeContextParallel: row.dcp,
    speculative: row.mtp ? { method: "mtp", tokens: row.mtp } : undefined,
    offline: row.offline,
    flashInferSampler: row.flashInfer,
    enablePrefixCaching: row.prefixCaching,
    textOnly: row.textOnly,
    withoutTowers: row.withoutTowers,
    chunkedPrefill: row.chunked,
    mambaCacheMode: row.mambaMode,
    stateDtype: row.stateDtype,
  };
}

function onlineName(name: string | undefined): string | undefined {
  return name === "fp8" || name === "bitsandbytes" ? name : undefined;
}

export function gpuOf(row: Row): GpuSpec | undefined {
  const named = row.gpu === undefined ? undefined : catalogueGpu(row.gpu, undefined, "log");
  if (row.totalGib === undefined) return named;
  const base = named ?? { ...nameless, memoryGib: row.totalGib };
  return { ...base, memoryGib: row.totalGib, memorySpread: 0 };
}

const nameless: GpuSpec = {
  name: "unnamed",
  vendor: "NVIDIA",
  memoryGib: 0,
  memorySpread: 0,
  capability: undefined,
  bf16: true,
  fp8: true,
  fp4: false,
  link: undefined,
  unified: false,
  bandwidth: undefined,
  tflops: undefined,
  origin: "log",
};
