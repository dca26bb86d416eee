import { isAtLeast, type VllmVersion } from "../vllm/version";
import { encoderPeak, NO_ENCODER } from "./encoder";
import { dtypeBytes } from "./quantization";
import type { ModelShape } from "./model-shape";
import { GIB } from "./quantity";
import { type Runner, samplerCopies, type SamplerOptions } from "./runner";

export interface ActivationRequest {
  readonly shape: ModelShape;
  readonly version: VllmVersion;
  readonly runner: Runner;
  readonly tensor: number;
  readonly pipeline: number;
  readonly sequences: number;
  /** Tokens of the profile run. */
  readonly tokens: number;
  /** Longest request; sparse attention keeps buffers by it. */
  readonly length: number;
  /** Bytes of one activation element. */
  readonly element: number;
  readonly sampler: SamplerOptions;
  /** Encoders are not profiled: `--skip-mm-profiling`, `--language-model-only` or a limit of 0. */
  readonly textOnly: boolean;
  readonly mxfp4: boolean;
  readonly stateDtype: string | undefined;
  /** Chunked prefill in V0: the profiled chunks end no prompt, so nothing is sampled. */
  readonly samples: boolean;
}

export interface ActivationPeak {
  readonly gib: number;
  readonly low: number;
  readonly high: number;
  readonly sampler: number;
  readonly layers: number;
  readonly experts: number;
  readonly encoder: number;
  readonly formula: string;
}

/**
 * Peak of torch memory in the profile run, in GiB:
 *
 *     max(copies x S x V x 4 + 1.25 x T x H x 2 + 0.02,  T x 2 x (3 I / tp + 3 H))  +  experts  +  encoder
 *
 * S sequences, V vocabulary, T batched tokens, H hidden size, I MLP width. The first arm is the dummy sampler beside the hidden
 * states, the second one MLP with its inputs; mixtures add the Triton workspace `T x k x 2 x (max(2 I / tp, H) + I / tp + 640)`.
 * Fitted on 28 dense runs of 0.19 (mean error 0.05 GiB) and checked on V0 runs whose second arm rules (20k and 29k tokens: 2.07 and 2.99 GiB measured).
 */
export function activationPeak(request: ActivationRequest): ActivationPeak {
  const { shape, tokens, tensor, element } = request;
  const rows = Math.min(request.sequences, tokens);
  const logits = (rows * shape.vocab * 4) / GIB;
  const lastStage = request.samples && shape.modality !== "encoder" && shape.modality !== "embedding";
  const c = lastStage
    ? samplerCopies(request.version, request.runner, request.sampler)
    : { copies: 0, low: 0, high: 0 };
  const states = (1.25 * tokens * shape.hidden * element) / GIB;
  const width = mlpWidth(shape);
  const mlp = (tokens * element * ((3 * width) / tensor + 3 * shape.hidden)) / GIB;
  const indexer = indexerBuffers(request);
  const layers = Math.max(mlp, stateLayer(request)) + (indexer > 0 ? INDEXER_SCORES : 0);
  const experts = request.mxfp4 ? 0 : expertWorkspace(request);
  const encoder = request.textOnly ? NO_ENCODER : encoderPeak(request);
  const at = (copies: number): number => Math.max(copies * logits + states + 0.02, layers);
  const reserve = stateReserve(request);
  const fixed = experts + indexer + reserve;
  const text = at(c.copies) + fixed + encoder.held;
  const gib = Math.max(text, encoder.alone);
  const slack = 0.04 + 0.03 * gib + 0.3 * experts;
  const leastCopies = request.pipeline > 1 ? 0 : c.low;
  const alone = `${encoder.alone.toFixed(2)} GiB of an encoder on its largest batch, more than the ${text.toFixed(2)} GiB after it`;
  const formula =
    `max(${c.copies} x ${rows} x ${shape.vocab} x 4 B + 1.25 x ${tokens} x ${shape.hidden} x ${element} B, ` +
    (layers > mlp
      ? `${layers.toFixed(2)} GiB of a linear-attention layer)`
      : `${tokens} x ${element} B x (3 x ${width} / ${tensor} + 3 x ${shape.hidden}))`) +
    (experts > 0 ? ` + ${experts.toFixed(2)} GiB of expert workspace` : "") +
    (reserve > 0 ? ` + ${reserve.toFixed(2)} GiB of states for ${request.sequences} sequences` : "") +
    (indexer > 0 ? ` + ${indexer.toFixed(2)} GiB of sparse attention's indexer` : "") +
    (encoder.held > 0 ? ` + ${encoder.held.toFixed(2)} GiB of encoder` : "");
  return {
    gib,
    low: Math.max(
      0,
      at(leastCopies) + experts * 0.5 + 0.5 * indexer + encoder.held - encoder.low + reserve - slack,
    ),
    high:
      Math.max(at(c.high) + fixed + encoder.held, encoder.alone) +
      encoder.high +
      slack +
      0.3 * indexer +
      amdCompressed(request),
    sampler: c.copies * logits,
    layers,
    experts,
    encoder: encoder.held,
    formula: gib > text ? alone : formula,
  };
}

function mlpWidth(shape: ModelShape): number {
  if (shape.moe === undefined) return shape.ffn;
  return Math.max(shape.moe.sharedFfn, shape.moe.layers < shape.layers ? shape.moe.denseFfn : 0);
}

/**
 * A layer of linear attention on all tokens: projections, convolution, and the chunked scan's buffers, which are about six times
 * the value width. Rules only with very large token budgets and few sequences (64k tokens on two 24 GB cards).
 */
function stateLayer(request: ActivationRequest): number {
  const { shape, tokens, tensor, element } = request;
  const state = shape.state;
  if (state === undefined || state.kind === "conv" || state.kind === "mamba1" || state.valueWidth === 0)
    return 0;
  const projected = 2 * state.keyWidth + 2 * state.valueWidth;
  const convolved = 2 * state.keyWidth + state.valueWidth;
  return (
    (tokens * element * (3 * shape.hidden + (projected + convolved + 6 * state.valueWidth) / tensor)) / GIB
  );
}

/**
 * Before 0.10.2 Mamba models ran on the V0 engine, which keeps a state for every possible sequence outside of the paged cache:
 * 33.75 GiB for 256 sequences of a 9B (the allocation that failed in issue 23230, to the byte).
 */
function stateReserve(request: ActivationRequest): number {
  const state = request.shape.state;
  if (
    state === undefined ||
    isAtLeast(request.version, "0.10.2") ||
    state.kind === "gdn" ||
    state.kind === "kda"
  )
    return 0;
  const bytes =
    state.stateElements * (dtypeBytes(request.stateDtype ?? state.stateDtype ?? "bfloat16") ?? 2) +
    state.convElements * request.element;
  return (request.sequences * state.layers * bytes) / request.tensor / GIB;
}

/**
 * Sparse attention gathers the keys of its indexer for prefills: room for `40 x length` entries of `dim + 4 / 128 x dim` bytes, which stays, and
 * scores of at most 512 MiB while a layer works. V4 indexes rows that are compressed 4 times.
 * Source: get_max_prefill_buffer_size in vllm/v1/attention/backends/mla/indexer.py (1.32 GiB without it, 6.31 measured at 819200 tokens in 0.26)
 * and VLLM_SPARSE_INDEXER_MAX_LOGITS_MB.
 */
function indexerBuffers({ shape, length }: ActivationRequest): number {
  const compressed = shape.cache.find((layers) => layers.kind === "compressed");
  const dim = compressed?.indexDim ?? shape.mla?.indexDim ?? 0;
  if (dim === 0) return 0;
  const rows = (40 * length) / (compressed ? 4 : 1);
  return (rows * dim * (1 + 4 / 128)) / GIB;
}

/** GiB of scores. */
const INDEXER_SCORES = 0.5;

/**
 * What a profile run of DeepSeek V4 may take more on Instinct: 4 MiB a token. With 16384 tokens 13.4 GiB of cache were left on MI300X where
 * about 67 were to be expected (vLLM issue 53961).
 */
function amdCompressed({ shape, sampler, tokens }: ActivationRequest): number {
  const compressed = shape.cache.some((layers) => layers.kind === "compressed");
  return compressed && sampler.platform === "rocm" ? (4 * tokens) / 1024 : 0;
}

/** Intermediate buffers of the fused-experts kernel. */
function expertWorkspace(request: ActivationRequest): number {
  const { shape, tokens, tensor, element } = request;
  const moe = shape.moe;
  if (moe === undefined || moe.perToken === 0) return 0;
  const slice = moe.ffn / tensor;
  return (tokens * moe.perToken * element * (Math.max(2 * slice, shape.hidden) + slice + 640)) / GIB;
}
