import { isRecord } from "../base/record";
import type { JsonReader } from "./json-reader";
import { NO_DETAILS, type Quantization } from "./model-shape";

/** Reads `quantization_config` (or `compression_config`) of a config.json; undefined when there is none that is understood. */
export function configQuantization(
  read: JsonReader,
  json: Record<string, unknown>,
  mixture: boolean,
): Quantization | undefined {
  const config = [
    json["quantization_config"],
    json["compression_config"],
    read.raw("quantization_config"),
  ].find(isRecord);
  if (config === undefined) return undefined;
  const method = methodOf(config);
  const count = (key: string): number | undefined => {
    const value = config[key];
    return typeof value === "number" && value > 0 && value < 1e6 ? value : undefined;
  };
  switch (method) {
    case "fp8":
    case "fbgemm_fp8":
      return fp8(config, method, read);
    case "awq":
      return awq(count);
    case "gptq":
    case "auto-round":
      return {
        ...NO_DETAILS,
        method: "gptq",
        bits: count("bits") ?? 4,
        group: count("group_size") ?? 128,
        on: "linears",
      };
    case "mxfp4":
      return { ...NO_DETAILS, method, bits: 4, group: 32, on: mixture ? "experts" : "linears" };
    case "bitsandbytes":
      return {
        ...NO_DETAILS,
        method,
        bits: config["load_in_8bit"] === true ? 8 : 4,
        group: 64,
        on: "linears",
      };
    case "modelopt":
    case "modelopt_fp4":
      return modelopt(config, mixture);
    case "compressed-tensors":
    case "compressed_tensors":
      return compressed(config, mixture);
    default:
      return undefined;
  }
}

/** ModelOpt's own file has no method, only an algorithm. */
function methodOf(config: Record<string, unknown>): string {
  const named = text(config["quant_method"]).toLowerCase();
  const isModelOpt = (config["quant_algo"] ?? config["quantization"]) !== undefined;
  return named === "" && isModelOpt ? "modelopt" : named;
}

function fp8(config: Record<string, unknown>, method: string, read: JsonReader): Quantization {
  const block = config["weight_block_size"];
  return {
    ...NO_DETAILS,
    method,
    bits: 8,
    block: Array.isArray(block) && typeof block[0] === "number" ? block[0] : undefined,
    // DeepSeek V4 keeps its experts shorter than the rest.
    expertBits: read.string("expert_dtype") === "fp4" ? 4 : undefined,
    on: "linears",
  };
}

function awq(count: (key: string) => number | undefined): Quantization {
  const bits = count("bits") ?? count("w_bit") ?? 4;
  const group = count("group_size") ?? count("q_group_size") ?? 128;
  return { ...NO_DETAILS, method: "awq", bits, group, zeroPoint: true, on: "linears" };
}

function text(...values: readonly unknown[]): string {
  return values.find((value) => typeof value === "string") ?? "";
}

/** True when a list of modules names the attention of several layers whole; single projections of MLA do not count. */
function leavesAttention(modules: unknown): boolean {
  const names = Array.isArray(modules) ? modules.filter((name) => typeof name === "string") : [];
  return (
    names.filter((name) =>
      /(self_attn|linear_attn|mixer)\*?$|(self_attn|linear_attn)\.(q|o|out|qkv)_proj/.test(name),
    ).length >= 3
  );
}

/** Attention in 8 bits and MLPs in 4: by layer in `quantized_layers`, or by group. */
function isMixed(config: Record<string, unknown>, inner: Record<string, unknown>): boolean {
  const layers = inner["quantized_layers"];
  if (isRecord(layers))
    return Object.entries(layers).some(
      ([name, how]) => /mlp|experts/.test(name) && isRecord(how) && text(how["quant_algo"]).includes("FP4"),
    );
  const groups = isRecord(config["config_groups"])
    ? Object.values(config["config_groups"]).filter(isRecord)
    : [];
  const bits = groups.map((group) => (isRecord(group["weights"]) ? group["weights"]["num_bits"] : undefined));
  return bits.includes(4) && bits.includes(8);
}

function modelopt(config: Record<string, unknown>, mixture: boolean): Quantization {
  const inner = isRecord(config["quantization"]) ? config["quantization"] : config;
  const algorithm = text(inner["quant_algo"], config["quant_algo"]).toUpperCase();
  const mixed = isMixed(config, inner);
  const fp4 = algorithm.includes("FP4") || mixed;
  const bare = leavesAttention(inner["exclude_modules"]) || leavesAttention(config["ignore"]);
  const cache = text(inner["kv_cache_quant_algo"], config["kv_cache_quant_algo"]).toUpperCase();
  return {
    ...NO_DETAILS,
    method: "modelopt",
    bits: fp4 ? 4 : 8,
    group: fp4 ? 16 : undefined,
    format: fp4 ? "nvfp4" : "float-quantized",
    kvCacheDtype:
      cache.includes("FP8") || isRecord(config["kv_cache_scheme"]) || config["kv_cache_scheme"] === "FP8"
        ? "fp8"
        : undefined,
    on: mixed ? "mlp" : !bare ? "linears" : mixture ? "experts" : "mlp",
    attentionBits: mixed ? 8 : undefined,
  };
}

function compressed(config: Record<string, unknown>, mixture: boolean): Quantization {
  const groups = isRecord(config["config_groups"])
    ? Object.values(config["config_groups"]).filter(isRecord)
    : [];
  const weights = groups.map((group) => group["weights"]).find(isRecord);
  const bits = typeof weights?.["num_bits"] === "number" ? weights["num_bits"] : 8;
  const group = typeof weights?.["group_size"] === "number" ? weights["group_size"] : undefined;
  const format = typeof config["format"] === "string" ? config["format"].toLowerCase() : undefined;
  const block = Array.isArray(weights?.["block_structure"]) ? 128 : undefined;
  const ignored = Array.isArray(config["ignore"])
    ? config["ignore"].filter((name) => typeof name === "string")
    : [];
  const expertsOnly = mixture && ignored.some((name) => /self_attn|attention/.test(name));
  return {
    ...NO_DETAILS,
    method: "compressed-tensors",
    bits,
    group: format?.includes("nvfp4") ? 16 : group,
    block,
    format,
    kvCacheDtype: isRecord(config["kv_cache_scheme"]) ? "fp8" : undefined,
    on: expertsOnly ? "experts" : "linears",
  };
}
