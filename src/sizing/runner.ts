import { isAtLeast, type VllmVersion } from "../vllm/version";
import type { ModelShape } from "./model-shape";

/**
 * Which of vLLM's generations of code measures the memory.
 *
 * - `v0`: up to 0.7 (and models V1 did not take later); profiles a prompt of the whole length unless prefill is chunked;
 * - `v1`: the model runner from 0.8 on;
 * - `v2`: Model Runner V2, the default for Qwen3 dense from 0.22, Llama and Mistral dense from 0.23, all dense models without a
 *   recurrent state from 0.25 and everything from 0.29; its dummy sampler skips top-k and top-p. Models with towers or sliding
 *   layers are taken to follow with 0.27: Gemma 4 31B still ran on V1 with 0.26 (a public log), E4B on V2 with 0.28.
 *
 * Source: use_v2_model_runner in vllm/config/vllm.py and vllm/v1/worker/gpu/model_runner.py; release notes of 0.22 to 0.29.
 */
export type Runner = "v0" | "v1" | "v2";

/** What decides between the old and the new engine while both existed. */
export interface EngineFacts {
  readonly version: VllmVersion;
  /** Compute capability, `9.0`. */
  readonly capability: string | undefined;
  readonly amd: boolean;
  readonly gguf: boolean;
  readonly cacheDtype: string | undefined;
}

/**
 * V1 came with 0.8, but fell back to the old engine on cards before Ampere until 0.10.1, on AMD until 0.9, for GGUF files until 0.9.1, and
 * for an fp8 cache where FlashAttention 3 does not run, which is everywhere but on Hopper, until 0.10.
 * Source: _is_v1_supported_oracle in vllm/engine/arg_utils.py of 0.8 to 0.10.0 ("Compute Capability < 8.0"; "rocm is experimental on
 * VLLM_USE_V1=1. Falling back to V0 Engine."); a start of 0.8.2 with a Q8_0 file.
 */
export function usesV0({ version, capability, amd, gguf, cacheDtype }: EngineFacts): boolean {
  if (!isAtLeast(version, "0.8")) return true;
  if (isAtLeast(version, "0.10.1")) return false;
  const generation = capability === undefined ? Number.NaN : Number.parseFloat(capability);
  if (generation < 8) return true;
  if (amd && !isAtLeast(version, "0.9")) return true;
  if (gguf && !isAtLeast(version, "0.9.1")) return true;
  const hopper = generation >= 9 && generation < 10;
  return cacheDtype?.startsWith("fp8") === true && generation > 0 && !hopper && !isAtLeast(version, "0.10");
}

const V2_MIXTURES = new Set([
  "DeepseekV2ForCausalLM",
  "DeepseekV3ForCausalLM",
  "DeepseekV32ForCausalLM",
  "DeepseekV4ForCausalLM",
  "GraniteMoeForCausalLM",
  "KimiK3ForConditionalGeneration",
  "Qwen2MoeForCausalLM",
]);

export function runnerOf(engine: EngineFacts, shape: ModelShape, override?: "v1" | "v2"): Runner {
  const { version } = engine;
  if (usesV0(engine)) return "v0";
  if (override !== undefined) return override;
  if (isAtLeast(version, "0.29")) return "v2";
  if (!isAtLeast(version, "0.22")) return "v1";
  if (shape.moe !== undefined)
    return isAtLeast(version, "0.25") && V2_MIXTURES.has(shape.architecture) ? "v2" : "v1";
  if (shape.state !== undefined) return "v1";
  return isAtLeast(version, v2Since(shape)) ? "v2" : "v1";
}

/** The first release with V2 for a dense model; checkpoints with quantised weights had to wait for 0.24 (pull request 44446). */
function v2Since({ architecture, cache, modality, quantization }: ModelShape): string {
  if (cache.length > 1 || modality !== "text") return "0.27";
  const since = DENSE_V2[architecture] ?? "0.25";
  return quantization !== undefined && since < "0.24" ? "0.24" : since;
}

const DENSE_V2: Readonly<Record<string, string>> = {
  Qwen3ForCausalLM: "0.22",
  LlamaForCausalLM: "0.23",
  MistralForCausalLM: "0.23",
};

/**
 * Copies of the logits (rows x vocabulary x 4 bytes) that the dummy sampler run holds at its peak.
 *
 * Sorting for top-k and top-p keeps 9.53 copies (fit over 14 runs of 0.6 to 0.16: 4.76 to 9.96 GiB); FlashInfer's sampler and the
 * Triton kernel of 0.17 keep 3.65 (28 runs of 0.19, one of 0.10, two of 0.26); V2 skips both and keeps the 16-bit logits only (0.26 GiB for 1024 rows of
 * 151936 on 0.27).
 * FlashInfer was in force where installed up to 0.11.0, off by default from 0.11.1 to 0.19, on again from 0.20.
 * Source: vllm/v1/sample/ops/topk_topp_sampler.py and its history.
 */
export function samplerCopies(
  version: VllmVersion,
  runner: Runner,
  options: SamplerOptions,
): { copies: number; low: number; high: number } {
  if (runner === "v2")
    return options.platform === "rocm"
      ? { copies: 2.5, low: 0.5, high: 4 }
      : { copies: 0.5, low: 0.4, high: 2.5 };
  if (runner === "v0") return { copies: SORTING, low: SORTING * 0.9, high: SORTING * 1.1 };
  if (isAtLeast(version, "0.17")) {
    return options.platform === "rocm"
      ? { copies: 5, low: SAMPLING, high: SORTING }
      : { copies: SAMPLING, low: 3.4, high: 4 };
  }
  if (options.flashInfer === true && options.platform === "cuda")
    return { copies: SAMPLING, low: 3.4, high: 4 };
  const mayHaveIt =
    options.flashInfer === undefined && options.platform === "cuda" && !isAtLeast(version, "0.11.1");
  return { copies: SORTING, low: mayHaveIt ? SAMPLING : SORTING * 0.97, high: SORTING * 1.03 };
}

const SORTING = 9.53;
const SAMPLING = 3.65;

export interface SamplerOptions {
  readonly platform: "cuda" | "rocm" | "other";
  /** FlashInfer's sampler: known to be used, known not to be, or not known. */
  readonly flashInfer: boolean | undefined;
}
