import { own } from "../base/own";
import { NO_DETAILS, type Quantization } from "./model-shape";

const BYTES: Readonly<Record<string, number>> = {
  float32: 4,
  float: 4,
  fp32: 4,
  bfloat16: 2,
  float16: 2,
  half: 2,
  bf16: 2,
  fp16: 2,
  fp8: 1,
  fp8_e4m3: 1,
  fp8_e5m2: 1,
  fp8_inc: 1,
  float8_e4m3fn: 1,
  float8_e5m2: 1,
  int8: 1,
  uint8: 1,
};

/** Bytes of one element; undefined for a name that is not known. */
export function dtypeBytes(dtype: string): number | undefined {
  return own(BYTES, dtype.toLowerCase().replace(/^torch\./, ""));
}

/**
 * Bytes of one stored weight of a quantised matrix, scales and zero points included.
 *
 * A group of g weights carries one 16-bit scale (AWQ, GPTQ, compressed-tensors), with a zero point of the same width as
 * a weight where the format stores it; NVFP4 has an 8-bit scale per 16, MXFP4 an 8-bit exponent per 32, block fp8 a
 * 32-bit scale per 128 x 128; bitsandbytes NF4 an 8-bit absmax per 64 and a second level of scales.
 * Sources: vllm/model_executor/layers/quantization/ of vLLM.
 */
export function storedBytes(q: Quantization, matrix: "linear" | "expert"): number {
  const bits = matrix === "expert" ? (q.expertBits ?? q.bits) : q.bits;
  const plain = Math.floor(bits) / 8;
  if (q.format?.includes("nvfp4") || (q.method === "modelopt" && bits === 4)) return plain + 1 / 16;
  if (q.method === "mxfp4" || q.format?.startsWith("mxfp4") || (matrix === "expert" && q.expertBits === 4))
    return plain + 1 / 32;
  if (q.method === "bitsandbytes") return bits === 4 ? plain + 1 / 64 + 4 / (64 * 256) : 1;
  if (bits >= 8 && q.block) return plain + 4 / (q.block * q.block);
  if (q.group === undefined) return plain;
  return plain + 2 / q.group + (q.zeroPoint || q.method === "gptq" ? plain / q.group : 0);
}

/** A flag such as `--quantization fp8` put on a checkpoint that is not quantised: vLLM converts while it loads. */
export function onlineQuantization(method: string): Quantization | undefined {
  switch (method) {
    case "fp8":
    case "fp8_per_tensor":
    case "fp8_per_channel":
    case "ptpc_fp8":
    case "int8":
      return { ...NO_DETAILS, method, bits: 8, on: "linears" };
    case "experts_int8":
      return { ...NO_DETAILS, method, bits: 8, on: "experts" };
    case "fp8_per_block":
      return { ...NO_DETAILS, method, bits: 8, block: 128, on: "linears" };
    case "bitsandbytes":
      return { ...NO_DETAILS, method, bits: 4, group: 64, on: "linears" };
    case "mxfp4":
      return { ...NO_DETAILS, method, bits: 4, group: 32, on: "experts" };
    default:
      return undefined;
  }
}
