import { isAtLeast, type VllmVersion } from "../vllm/version";
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
  const layers = Math.max(mlp, stateLayer(request));
  const experts = request.mxfp4 ? 0 : expertWorkspace(request);
  const encoder = request.textOnly ? ZERO : encoderPeak(request);
  const at = (copies: number): number => Math.max(copies * logits + states + 0.02, layers);
  const reserve = stateReserve(request);
  const gib = at(c.copies) + experts + encoder.value + reserve;
  const slack = 0.04 + 0.03 * gib + 0.3 * experts;
  const leastCopies = request.pipeline > 1 ? 0 : c.low;
  const formula =
    `max(${c.copies} x ${rows} x ${shape.vocab} x 4 B + 1.25 x ${tokens} x ${shape.hidden} x ${element} B, ` +
    (layers > mlp
      ? `${layers.toFixed(2)} GiB of a linear-attention layer)`
      : `${tokens} x ${element} B x (3 x ${width} / ${tensor} + 3 x ${shape.hidden}))`) +
    (experts > 0 ? ` + ${experts.toFixed(2)} GiB of expert workspace` : "") +
    (reserve > 0 ? ` + ${reserve.toFixed(2)} GiB of states for ${request.sequences} sequences` : "") +
    (encoder.value > 0 ? ` + ${encoder.value.toFixed(2)} GiB of encoder` : "");
  return {
    gib,
    low: Math.max(0, at(leastCopies) + experts * 0.5 + encoder.low + reserve - slack),
    high: at(c.high) + experts + encoder.high + reserve + slack,
    sampler: c.copies * logits,
    layers,
    experts,
    encoder: encoder.value,
    formula,
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

/** Intermediate buffers of the fused-experts kernel. */
function expertWorkspace(request: ActivationRequest): number {
  const { shape, tokens, tensor, element } = request;
  const moe = shape.moe;
  if (moe === undefined || moe.perToken === 0) return 0;
  const slice = moe.ffn / tensor;
  return (tokens * moe.perToken * element * (Math.max(2 * slice, shape.hidden) + slice + 640)) / GIB;
}

const ZERO = { value: 0, low: 0, high: 0 };

/**
 * Work of a vision or audio tower on its largest batch. Its size depends on the processor's configuration, which no config.json
 * holds, so the band is wide: measured additions run from 0.1 GiB (Mistral Small 3, Gemma 3) over 0.3 (LLaVA) to several GiB (Qwen-VL, video).
 */
function encoderPeak(request: ActivationRequest): { value: number; low: number; high: number } {
  const { shape } = request;
  if (shape.modality === "audio") return { value: 0.4, low: 0.1, high: 3 };
  if (shape.modality !== "vision") return ZERO;
  const tokens = Math.max(request.tokens, 16384);
  if (/^Qwen(2|2_5|3)VL|^Qwen3_5|^Glm4v|^KimiK25|^InternVL/.test(shape.architecture)) {
    const value = (tokens * shape.hidden * request.element * 2) / GIB;
    return { value, low: 0, high: Math.max(4, 6 * value) };
  }
  return { value: 0.13, low: 0, high: 1.5 };
}
