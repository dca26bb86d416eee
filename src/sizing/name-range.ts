import type { PlanInput } from "./plan-types";
import { between, GIB, type Quantity } from "./quantity";
import type { Settings } from "./settings";

/**
 * A range of weight bytes from a model's name alone: `Something-70B-AWQ` is 70 billion parameters at about 4 bits.
 *
 * The number before B counts parameters (`8x7B` a mixture that shares its attention, `30B-A3B` the total before the active ones);
 * low and high cover rounding of the advertised size, what a quantisation leaves unquantised, and one that a path does not name.
 */
export function nameRange(
  input: PlanInput,
  settings: Settings,
): (Quantity & { readonly checkpoint: Quantity }) | undefined {
  const name = input.modelName;
  const { tensor, pipeline } = settings;
  if (
    name === undefined ||
    input.model !== undefined ||
    input.unknown?.includes("model") ||
    !tensor ||
    !pipeline
  )
    return undefined;
  const billions = parametersFromName(name);
  if (billions === undefined) return undefined;
  const bytes = bytesFromName(name, input.quantization);
  const ranks = tensor.value * pipeline.value;
  const at = (b: number, share: number): number => (billions * 1e9 * b * share) / GIB;
  const formula = `${billions} billion parameters x ${bytes.value} B from the name${ranks > 1 ? ` / ${ranks} GPUs` : ""}`;
  const inputs = [{ name: "model", value: name, origin: "name" }];
  const whole = between(at(bytes.low, 0.9), at(bytes.value, 1), at(bytes.high, 1.2), formula, inputs);
  const part = between(whole.low / ranks, whole.value / ranks, (whole.high / ranks) * 1.05, formula, inputs);
  return { ...part, checkpoint: whole };
}

export function parametersFromName(name: string): number | undefined {
  const last = name.slice(name.lastIndexOf("/") + 1);
  const mixture = /(?:^|[^a-z0-9.])(\d{1,3})x(\d{1,3}(?:\.\d+)?)b(?![a-z])/i.exec(last);
  if (mixture) return Number(mixture[1]) * Number(mixture[2]) * 0.85;
  const match = /(?:^|[^a-z0-9.]|(?<=[a-z])(?=\d))(\d{1,4}(?:\.\d+)?)(b|m|t)(?![a-z])/i.exec(last);
  if (!match) return undefined;
  const unit = { b: 1, m: 1000, t: 0.001 }[(match[2] ?? "b").toLowerCase() as "b" | "m" | "t"];
  const value = Number(match[1]) / unit;
  return value > 0 && value < 10_000 ? value : undefined;
}

function bytesFromName(name: string, flag: string | undefined): { low: number; value: number; high: number } {
  const text = `${name} ${flag ?? ""}`.toLowerCase();
  if (/nvfp4|mxfp4|fp4|awq|gptq|int4|w4a16|w4a8|4bit|4-bit|q4_|bnb|nf4/.test(text))
    return { low: 0.5, value: 0.6, high: 0.85 };
  if (/fp8|int8|w8a8|w8a16|8bit|8-bit|q8_/.test(text)) return { low: 1, value: 1.06, high: 1.3 };
  // A folder or bucket is named by its owner, who need not say that what lies there is quantised.
  return { low: /^[./~]|:\/\//.test(name) ? 0.5 : 2, value: 2, high: 2.05 };
}
