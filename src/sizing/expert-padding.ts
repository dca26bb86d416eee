import { isAtLeast } from "../vllm/version";
import { roundUp } from "./quantity";
import type { WeightRequest } from "./weights";

/**
 * Growth of MXFP4 experts when a kernel rounds the matrices up (gpt-oss: 2880 is no multiple of 128).
 *
 * Marlin rounds the width of a rank to 128 and the hidden size to 256; the Triton kernel of Hopper pads the inner dimension
 * to 256, and to 128 the slice of a rank; Blackwell's kernels round both to 256. Newer releases on Hopper come close to the file.
 * Source: vllm/model_executor/layers/quantization/mxfp4.py; measured 13.47 GiB (H100), 13.72 GiB (A100), 61.29 GiB (0.25) in the bench.
 */
export function expertPadding(request: WeightRequest): number {
  const { shape, quantization: q, layout, capability, version } = request;
  const moe = shape.moe;
  if (moe === undefined || q?.method !== "mxfp4") return 1;
  const slice = layout.expertParallel ? moe.ffn : moe.ffn / layout.tensor;
  const generation = capability === undefined ? 9 : Number.parseFloat(capability);
  if (!Number.isFinite(generation)) return roundUp(slice, 256) / slice;
  if (generation >= 10 && generation < 12)
    return (roundUp(slice, 256) / slice) * (roundUp(shape.hidden, 256) / shape.hidden);
  if (generation < 9 || generation >= 12)
    return (roundUp(slice, 128) / slice) * (roundUp(shape.hidden, 256) / shape.hidden);
  if (isAtLeast(version, "0.24")) return 1.008 * (roundUp(slice, 64) / slice);
  const inner = roundUp(shape.hidden, 256) / shape.hidden;
  return layout.tensor === 1 || layout.expertParallel ? inner : inner * (roundUp(slice, 128) / slice);
}
