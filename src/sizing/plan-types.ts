import type { VllmVersion } from "../vllm/version";
import type { Measured } from "./calibration";
import type { ModelShape } from "./model-shape";
import type { Ingredient, Quantity } from "./quantity";

export interface GpuSpec {
  readonly name: string;
  readonly vendor: "NVIDIA" | "AMD" | "Intel" | "Google" | "AWS" | "other";
  /** What torch reports as the device's total. */
  readonly memoryGib: number;
  /** Half of the spread of totals seen on this card. */
  readonly memorySpread: number;
  readonly capability: string | undefined;
  readonly bf16: boolean;
  readonly fp8: boolean;
  readonly fp4: boolean;
  readonly link: "all" | "pair" | "none" | undefined;
  /** GPU and CPU share the memory. */
  readonly unified: boolean;
  /** GB a second. */
  readonly bandwidth: number | undefined;
  /** Dense rate for 16-bit floats, in 10^12 operations a second. */
  readonly tflops: number | undefined;
  readonly origin: string;
}

export interface PlannedModel {
  readonly id: string;
  readonly shape: ModelShape;
  /** `catalogue`, `config.json`, `hub`: shown as the origin of the dimensions. */
  readonly source: string;
  readonly confidence: "read" | "computed" | "recalled" | "given";
}

/** The name of a setting; `unknown` lists those that are set to something nobody can see yet. */
export type SettingName =
  | "tensorParallel"
  | "pipelineParallel"
  | "dataParallel"
  | "expertParallel"
  | "maxModelLen"
  | "maxNumSeqs"
  | "maxNumBatchedTokens"
  | "gpuMemoryUtilization"
  | "kvCacheDtype"
  | "dtype"
  | "quantization"
  | "blockSize"
  | "enforceEager"
  | "kvCacheMemoryBytes"
  | "numGpuBlocksOverride"
  | "cpuOffloadGb"
  | "lora"
  | "speculative"
  | "decodeContextParallel"
  | "prefillContextParallel"
  | "disableHybridManager"
  | "enablePrefixCaching"
  | "model"
  | "gpu"
  | "chunkedPrefill"
  | "asyncScheduling"
  | "textOnly"
  | "stateDtype"
  | "mambaCacheMode"
  | "kvOffload";

export interface PlanInput {
  readonly model: PlannedModel | undefined;
  /** Why files that were found for the model are not used; a sentence. */
  readonly modelProblem?: string | undefined;
  /** The name as written, for the range when the model is not known. */
  readonly modelName?: string | undefined;
  readonly gpu: GpuSpec | undefined;
  readonly version: VllmVersion;
  /** `tag`, `setting`, `newest`: how the version is known. */
  readonly versionOrigin?: string | undefined;
  readonly tensorParallel?: number | undefined;
  readonly pipelineParallel?: number | undefined;
  readonly dataParallel?: number | undefined;
  readonly expertParallel?: boolean | undefined;
  readonly maxModelLen?: number | "auto" | undefined;
  readonly maxNumSeqs?: number | undefined;
  readonly maxNumBatchedTokens?: number | undefined;
  readonly gpuMemoryUtilization?: number | undefined;
  readonly kvCacheDtype?: string | undefined;
  readonly dtype?: string | undefined;
  readonly quantization?: string | undefined;
  readonly blockSize?: number | undefined;
  readonly enforceEager?: boolean | undefined;
  readonly kvCacheMemoryBytes?: number | undefined;
  readonly numGpuBlocksOverride?: number | undefined;
  readonly cpuOffloadGb?: number | undefined;
  readonly lora?: { readonly slots: number; readonly rank: number } | undefined;
  readonly speculative?:
    { readonly method: string; readonly tokens: number; readonly draft?: ModelShape | undefined } | undefined;
  readonly decodeContextParallel?: number | undefined;
  readonly prefillContextParallel?: number | undefined;
  readonly disableHybridManager?: boolean | undefined;
  readonly enablePrefixCaching?: boolean | undefined;
  readonly chunkedPrefill?: boolean | undefined;
  readonly asyncScheduling?: boolean | undefined;
  /** `--language-model-only`, `--skip-mm-profiling`, or limits of 0. */
  readonly textOnly?: boolean | undefined;
  /** `--language-model-only`, or limits of 0 for images and videos: towers are not even loaded. */
  readonly withoutTowers?: boolean | undefined;
  /** `--performance-mode throughput`: the default batch limits are doubled. */
  readonly throughputMode?: boolean | undefined;
  readonly stateDtype?: string | undefined;
  readonly mambaCacheMode?: "none" | "align" | "all" | undefined;
  /** The LLM class rather than the API server: other defaults. */
  readonly offline?: boolean | undefined;
  /** FlashInfer's sampler known to be in use or not. */
  readonly flashInferSampler?: boolean | undefined;
  /** VLLM_USE_V2_MODEL_RUNNER. */
  readonly runner?: "v1" | "v2" | undefined;
  /** VLLM_MEMORY_PROFILER_ESTIMATE_CUDAGRAPHS. */
  readonly estimateCudaGraphs?: boolean | undefined;
  /** Where each value came from, shown with it; "given" when absent. */
  readonly origins?: Partial<Record<SettingName, string>> | undefined;
  /** What a start-up log of this very workload showed. */
  readonly measured?: Measured | undefined;
  /** Settings whose value exists but is not known (templated, from a secret): what depends on them stays undefined. */
  readonly unknown?: readonly SettingName[] | undefined;
}

export type Verdict = "yes" | "tight" | "no" | "unknown";

export interface CachePlan {
  readonly bytesPerToken: Quantity | undefined;
  readonly tokens: Quantity | undefined;
  /** The configured length, the model's when none is given, the fitted one for `auto`. */
  readonly maxModelLen: Quantity | undefined;
  readonly maxConcurrency: Quantity | undefined;
  readonly longestLength: Quantity | undefined;
  /** GiB on one GPU that one request of the full length takes. */
  readonly requestGib: Quantity | undefined;
  readonly blocks: Quantity | undefined;
  readonly blockTokens: number | undefined;
}

/** Everything is for the fullest GPU, in GiB of 2^30 bytes. */
export interface MemoryPlan {
  readonly model: PlannedModel | undefined;
  readonly gpu: GpuSpec | undefined;
  readonly version: VllmVersion;
  readonly gpus: number | undefined;
  readonly total: Quantity | undefined;
  readonly budget: Quantity | undefined;
  readonly weights: Quantity | undefined;
  readonly activation: Quantity | undefined;
  readonly nonTorch: Quantity | undefined;
  readonly cudaGraph: Quantity | undefined;
  /** True when the graphs are taken out of the budget; false when they come on top of it. */
  readonly cudaGraphInBudget: boolean;
  readonly kvCache: Quantity | undefined;
  readonly kv: CachePlan;
  /** Bytes of all weight files, in GiB: what is downloaded and read. */
  readonly checkpoint: Quantity | undefined;
  readonly fits: Verdict;
  readonly reasons: readonly string[];
  /** Why files that were found for the model are not used. */
  readonly modelProblem?: string | undefined;
  /** What vLLM of this version prints when it refuses to start; undefined unless `fits` is "no" or "tight". */
  readonly failureText: string | undefined;
  readonly assumptions: readonly Ingredient[];
}
