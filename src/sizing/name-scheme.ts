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
