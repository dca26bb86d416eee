/**
 * How fast one engine computes. Everything that a step takes is worked out from these numbers, in units of bytes, tokens and
 * operations, so that they can be shown with the result.
 */
export interface Hardware {
  /** GPUs that share one engine's layers: tensor parallel ranks. */
  readonly gpus: number;
  /** Bytes a second that one GPU reads from its memory. */
  readonly bandwidth: number;
  /** Operations a second of one GPU at the precision of the weights' products. */
  readonly operations: number;
  /** The GPUs reach each other directly. */
  readonly linked: boolean;
}

export interface Work {
  /** Bytes of weights that every step reads, on one GPU. */
  readonly denseBytes: number;
  /** Bytes of routed experts on one GPU, and the share of them that one token uses; none in a dense model. */
  readonly experts: { readonly bytes: number; readonly share: number } | undefined;
  /** Bytes of KV cache of one token, on one GPU. */
  readonly cacheBytes: number;
  /** Parameters that one token passes through, over all GPUs. */
  readonly parameters: number;
  readonly layers: number;
  readonly hidden: number;
}

/**
 * Calibrated on the published measurements of test/simulation/measured.ts, which prints the error of each: the share of the
 * nominal memory rate and of the nominal rate of operations that vLLM's kernels reach, and what a step takes besides.
 */
export const REACHED = { bandwidth: 0.88, operations: 0.7, stepSeconds: 0.001 };

/** Seconds of one all-reduce: two to a layer. Over NVLink, and over PCIe through the host. */
const REDUCE = {
  linked: { seconds: 12e-6, bandwidth: 300e9 },
  apart: { seconds: 80e-6, bandwidth: 16e9 },
};

export interface Step {
  /** Sequences that produce one token each. */
  readonly decoding: number;
  /** Tokens in the KV cache that they read. */
  readonly context: number;
  /** Prompt tokens computed beside them. */
  readonly prefill: number;
}

/**
 * Seconds of one step of the engine: the reads of weights and KV cache against the operations, then the sum over the GPUs.
 *
 * read = (weights + context x cache bytes) / bandwidth; compute = 2 x parameters x tokens / operations; the two overlap in part,
 * so step = overhead + sqrt(read² + compute²) + all-reduces. The roofline of Pope et al. 2022, "Efficiently Scaling Transformer
 * Inference" (https://arxiv.org/abs/2211.05102), with a smooth corner: no kernel reaches both limits at once.
 */
export function stepSeconds(step: Step, work: Work, hardware: Hardware): number {
  const tokens = step.decoding + step.prefill;
  const read =
    (weightBytes(work, tokens) + step.context * work.cacheBytes) / (hardware.bandwidth * REACHED.bandwidth);
  const compute =
    (2 * work.parameters * tokens + attention(step, work)) /
    (hardware.operations * hardware.gpus * REACHED.operations);
  return REACHED.stepSeconds + Math.hypot(read, compute) + reduceSeconds(tokens, work, hardware);
}

/** With few tokens, few experts are read; with many, all: 1 - (1 - share)^tokens of them. */
function weightBytes({ denseBytes, experts }: Work, tokens: number): number {
  if (!experts) return denseBytes;
  return denseBytes + experts.bytes * (1 - (1 - experts.share) ** tokens);
}

/** Scores and sums of attention: 4 x layers x hidden for each pair of a prompt token and one before it, half of a prompt on average. */
function attention({ prefill, decoding, context }: Step, { layers, hidden }: Work): number {
  const before = decoding > 0 ? context / decoding : prefill / 2;
  return prefill * 4 * layers * hidden * Math.min(before, 32_768);
}

function reduceSeconds(tokens: number, { layers, hidden }: Work, { gpus, linked }: Hardware): number {
  if (gpus < 2) return 0;
  const { seconds, bandwidth } = linked ? REDUCE.linked : REDUCE.apart;
  return 2 * layers * (seconds + (2 * tokens * hidden) / bandwidth);
}
