import { own } from "../base/own";
import { NO_DETAILS, type Quantization } from "./model-shape";

/** How repositories of quantised copies mark the scheme at the end of their name, longest first. */
const SUFFIXES: readonly (readonly [RegExp, (mixture: boolean) => Quantization])[] = [
  [
    /(-qat)?[-_.](quantized\.)?w4a16(-g\d+|_asym|-asym|-ct)?$/i,
    (m) => ({
      ...NO_DETAILS,
      method: "compressed-tensors",
      bits: 4,
      group: 128,
      format: "pack-quantized",
      on: m ? "experts" : "linears",
    }),
  ],
  [
    /[-_.](quantized\.)?w8a16$/i,
    () => ({ ...NO_DETAILS, method: "compressed-tensors", bits: 8, format: "pack-quantized", on: "linears" }),
  ],
  [
    /[-_.](quantized\.)?w8a8(-int8)?$|[-_]int8$/i,
    () => ({ ...NO_DETAILS, method: "compressed-tensors", bits: 8, format: "int-quantized", on: "linears" }),
  ],
  [
    /[-_]fp8[-_]block$/i,
    () => ({
      ...NO_DETAILS,
      method: "compressed-tensors",
      bits: 8,
      block: 128,
      format: "float-quantized",
      on: "linears",
    }),
  ],
  [/[-_]fp8([-_]?(dynamic|kv|static))?$/i, () => ({ ...NO_DETAILS, method: "fp8", bits: 8, on: "linears" })],
  [
    /[-_]nvfp4(a16)?$|[-_]fp4$/i,
    (m) => ({
      ...NO_DETAILS,
      method: "modelopt",
      bits: 4,
      group: 16,
      format: "nvfp4",
      kvCacheDtype: undefined,
      on: m ? "experts" : "linears",
    }),
  ],
  [
    /[-_]gptq[-_]?(int)?8(bit)?$/i,
    () => ({ ...NO_DETAILS, method: "gptq", bits: 8, group: 128, on: "linears" }),
  ],
  [
    /[-_]gptq([-_]?(int)?4(bit)?)?$/i,
    () => ({ ...NO_DETAILS, method: "gptq", bits: 4, group: 128, on: "linears" }),
  ],
  [
    /[-_]awq([-_]?(int)?4(-?bit)?)?$/i,
    () => ({ ...NO_DETAILS, method: "awq", bits: 4, group: 128, zeroPoint: true, on: "linears" }),
  ],
  [
    /[-_](unsloth[-_])?bnb([-_]?4-?bit)?$/i,
    () => ({ ...NO_DETAILS, method: "bitsandbytes", bits: 4, group: 64, on: "linears" }),
  ],
  [
    /[-_](int4)([-_](autoround|w4a16))?$/i,
    () => ({ ...NO_DETAILS, method: "gptq", bits: 4, group: 128, on: "linears" }),
  ],
];

/**
 * Average bits of a weight in a GGUF file, embeddings included, as llama.cpp lists them for Llama 3.1 8B (tools/quantize/README.md).
 * vLLM keeps these files as they are.
 */
const GGUF_BITS: Readonly<Record<string, number>> = {
  q2_k: 3.16,
  q3_k_s: 3.64,
  q3_k_m: 4,
  q3_k_l: 4.3,
  iq4_xs: 4.46,
  iq4_nl: 4.68,
  q4_0: 4.66,
  q4_1: 5.1,
  q4_k_s: 4.67,
  q4_k_m: 4.89,
  q5_0: 5.6,
  q5_1: 6.1,
  q5_k_s: 5.57,
  q5_k_m: 5.7,
  q6_k: 6.56,
  q8_0: 8.5,
  f16: 16,
  bf16: 16,
};

/** Splits `Llama-3.2-3B-Instruct-Q8_0.gguf` or `unsloth/Qwen3-8B-GGUF:Q4_K_M` into model and bits of a weight; undefined for others. */
export function ggufName(name: string): { readonly base: string; readonly bits: number } | undefined {
  const match =
    /^(.+?)[-._](?:ud-)?([a-z0-9_]+?)(?:-0000\d-of-\d+)?\.gguf$/i.exec(name) ??
    /^(.+?)-gguf:(?:ud-)?([a-z0-9_]+)$/i.exec(name);
  const bits = own(GGUF_BITS, (match?.[2] ?? "").toLowerCase());
  const base = match?.[1];
  return base === undefined || bits === undefined
    ? undefined
    : { base: base.replace(/[-._]gguf$/i, ""), bits };
}

/** Splits `Qwen3-32B-AWQ` into the model it was made from and the scheme its name tells; undefined when the name tells none. */
export function schemeFromName(
  name: string,
): { readonly base: string; readonly scheme: (mixture: boolean) => Quantization } | undefined {
  for (const [pattern, scheme] of SUFFIXES) {
    const match = pattern.exec(name);
    if (match && match.index > 0) return { base: name.slice(0, match.index), scheme };
  }
  return undefined;
}
