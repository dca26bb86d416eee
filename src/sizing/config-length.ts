import { isRecord } from "../base/record";
import type { JsonReader } from "./json-reader";

const KEYS = [
  "max_position_embeddings",
  "n_positions",
  "max_seq_len",
  "seq_length",
  "max_target_positions",
  "max_sequence_length",
  "max_seq_length",
  "seq_len",
];

/**
 * The longest context as vLLM derives it: the smallest of the keys present (`model_max_length` wins), times the RoPE factor unless
 * the type already counts it in (su, longrope, llama3, mrope); YaRN starts from `original_max_position_embeddings`.
 * Source: vllm/transformers_utils/model_arch_config_convertor.py of vLLM.
 */
export function configLength(read: JsonReader): number | undefined {
  const own = read.count("model_max_length");
  if (own !== undefined) return own;
  const found = KEYS.map((key) => read.count(key)).filter((value) => value !== undefined);
  if (found.length === 0) return undefined;
  const length = Math.min(...found);
  const scaling = read.raw("rope_scaling") ?? read.raw("rope_parameters");
  if (!isRecord(scaling)) return length;
  const type = scaling["rope_type"] ?? scaling["type"];
  if (typeof type !== "string" || ["su", "longrope", "llama3", "mrope", "default"].includes(type))
    return length;
  const factor = scaling["factor"];
  if (typeof factor !== "number" || !(factor >= 1 && factor < 10_000)) return length;
  if (/^Gemma3/.test(read.firstString("architectures") ?? "")) return length;
  const original = scaling["original_max_position_embeddings"];
  if (type === "yarn" || type === "deepseek_yarn")
    return typeof original === "number" && original > 0 ? Math.floor(original * factor) : length;
  return Math.floor(length * factor);
}
