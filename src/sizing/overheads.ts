import { isAtLeast, type VllmVersion } from "../vllm/version";
import type { ModelShape } from "./model-shape";
import type { Runner } from "./runner";

export interface Band {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly formula: string;
}

/**
 * Memory that grows on the device outside of torch between vLLM's first snapshot and the profile run, in GiB: library handles on
 * one GPU, communicators on several. Measured: one GPU 0.02 to 0.15 up to 0.17 and 0.24 to 0.27 from 0.18 on (43 runs of 0.19; Granite 0.46, a
 * stage of a pipeline 0.07);
 * two GPUs over NVLink 0.55, from 0.18 on 2.06 to 2.11; four 2.13 to 2.21; eight 1.7 to 2.1; over PCIe, and where a bridge is needed for more, 0.1 to 0.4; unified
 * memory 2 and more, 5.7 to 13 with a second machine; Instinct 0.5.
 */
export function nonTorch(request: {
  readonly version: VllmVersion;
  readonly tensor: number;
  readonly pipeline: number;
  readonly link: "all" | "pair" | "none" | undefined;
  readonly platform: "cuda" | "rocm" | "other";
  readonly unified: boolean;
  readonly expertParallelData: boolean;
  readonly architecture: string;
}): Band {
  const newer = isAtLeast(request.version, "0.18");
  const alone = singleGpu(request, newer);
  if (request.expertParallelData)
    return { value: alone + 1.5, low: alone, high: 11, formula: "buffers of the expert exchange" };
  if (request.tensor <= 1 && request.pipeline > 1)
    return { value: 0.07, low: 0.02, high: 1, formula: "library handles of a pipeline stage" };
  if (request.tensor <= 1) {
    const value =
      alone + (newer && /^Granite/.test(request.architecture) && request.platform === "cuda" ? 0.21 : 0);
    return {
      value,
      low: alone * 0.2,
      high: request.unified ? 4 : Math.max(0.5, alone * 1.3),
      formula: "library handles of one GPU",
    };
  }
  if (request.link === undefined)
    return {
      value: newer ? 1 : 0.3,
      low: 0.05,
      high: 2.5,
      formula: "communicators over a link that is not known",
    };
  if (request.unified) {
    return {
      value: 8,
      low: 1,
      high: 14,
      formula: "communicators and network buffers in memory shared with the CPU",
    };
  }
  if (request.link === "none" || request.link === "pair") {
    const value = newer ? 0.4 : 0.2;
    return { value, low: 0.05, high: 2.2, formula: "communicators over PCIe" };
  }
  const value = linked(request.tensor, newer);
  return {
    value,
    low: value * 0.5,
    high: value * 1.6,
    formula: `communicators of ${request.tensor} linked GPUs`,
  };
}

/** Communicators over NVLink or the like, GiB. */
function linked(tensor: number, newer: boolean): number {
  if (newer) return tensor === 2 ? 2.08 : 2.18;
  return tensor === 2 ? 0.55 : tensor === 4 ? 1.2 : 1.9;
}

function singleGpu(
  request: { readonly unified: boolean; readonly platform: string },
  newer: boolean,
): number {
  if (request.unified) return 2.2;
  if (request.platform === "rocm") return 0.5;
  return newer ? 0.25 : 0.13;
}

/**
 * CUDA graphs in GiB, and whether the budget holds them.
 *
 * Up to 0.17 they come on top of the budget; 0.18 and 0.19 only with VLLM_MEMORY_PROFILER_ESTIMATE_CUDAGRAPHS=1; from 0.20 on an
 * estimate is taken out of the budget, except under Model Runner V2 before 0.29, which reports none.
 * Size: `0.35 + 0.0065 x layers` for the piecewise and full graphs of the default sizes, fitted on 40 captures of 0.8 to 0.26
 * (median 0.46, two thirds within 0.3 to 0.75). vLLM's estimate is the first capture plus the second one times the other graphs, so what one graph
 * keeps counts for all: of dense models and before Blackwell it stays near the size above (V2: 0.4 to 1.2, next to nothing for 8 sequences), of mixtures on Blackwell it grows with layers and
 * graphs, `0.06 x layers x graphs / 86` where experts are 1536 wide or wider (MiniMax M2.7 5.1 and GLM 5.2 5.0 with 62 and 78 layers; Qwen3.6 35B with 7
 * graphs and 512 0.45). With an expert exchange it has been seen at 60 and 118 GiB.
 * Source: profile_cudagraph_memory in vllm/v1/worker/gpu_model_runner.py and gpu/model_runner.py; issues 45178, 53013 and 57936.
 */
export function cudaGraphs(request: {
  readonly version: VllmVersion;
  readonly runner: Runner;
  readonly shape: ModelShape;
  readonly sequences: number;
  readonly tensor: number;
  readonly eager: boolean;
  readonly platform: "cuda" | "rocm" | "other";
  readonly estimateToggle: boolean | undefined;
  /** Experts are spread over data-parallel ranks. */
  readonly expertExchange: boolean;
  readonly blackwell: boolean;
}): Band & { readonly inBudget: boolean } {
  const none = { value: 0, low: 0, high: 0, inBudget: false };
  if (request.eager || request.platform === "other") return { ...none, formula: "no graphs: eager mode" };
  const scale = request.runner === "v2" ? 0.18 + (1.02 * graphCount(request.sequences)) / 86 : 1;
  const plain = (0.35 + 0.0065 * request.shape.layers) * scale;
  const inBudget = graphsInBudget(request.version, request.runner, request.estimateToggle);
  if (inBudget && request.shape.moe !== undefined && (request.blackwell || request.expertExchange))
    return { ...mixtureEstimate(request), inBudget };
  const wide = request.tensor > 1 || request.shape.layers > 70 ? 4 : request.runner === "v2" ? 3 : 2;
  return {
    value: plain,
    low: plain * 0.4,
    high: plain * wide,
    inBudget,
    formula: `${scale === 1 ? "" : `${scale.toFixed(2)} for ${graphCount(request.sequences)} graphs x `}(0.35 + 0.0065 x ${request.shape.layers} layers)`,
  };
}

function mixtureEstimate(request: {
  readonly shape: ModelShape;
  readonly sequences: number;
  readonly expertExchange: boolean;
}): Band {
  const { layers, moe } = request.shape;
  const graphs = graphCount(request.sequences);
  const wide = Math.min(1, (moe?.ffn ?? 0) / 1536);
  const value = 0.35 + (0.06 * layers * wide * graphs) / 86;
  return {
    value,
    low: 0.2,
    high: request.expertExchange ? 120 : 2 * value + 1,
    formula: `0.35 + 0.06 x ${layers} layers x ${graphs} / 86 graphs${wide < 1 ? ` x ${moe?.ffn ?? 0} / 1536` : ""}, vLLM's own estimate`,
  };
}

export function graphsInBudget(version: VllmVersion, runner: Runner, toggle: boolean | undefined): boolean {
  if (!isAtLeast(version, "0.18")) return false;
  if (runner === "v2" && !isAtLeast(version, "0.29")) return false;
  if (toggle !== undefined) return toggle;
  return isAtLeast(version, "0.20");
}

/** Piecewise graphs for every size, and full ones up to the number of sequences. */
function graphCount(sequences: number): number {
  return captureSizes(sequences) + captureSizes(Math.ceil(sequences / 2));
}

/** Graph sizes 1, 2, 4, then by 8 up to 248, then by 16 up to twice the sequences, 512 at most. */
export function captureSizes(sequences: number): number {
  const most = Math.min(512, 2 * Math.max(1, sequences));
  let count = 0;
  for (const size of [1, 2, 4]) if (size <= most) count++;
  count += Math.max(0, Math.floor((Math.min(most, 248) - 8) / 8) + 1);
  if (most >= 256) count += Math.floor((most - 256) / 16) + 1;
  return count;
}
