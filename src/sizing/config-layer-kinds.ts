import { isRecord } from "../base/record";
import type { JsonReader } from "./json-reader";

/** What one layer of a hybrid is: attention, a state, a dense MLP or a mixture of its own. */
export type LayerKind = "attention" | "state" | "mlp" | "moe";

const LETTERS: Readonly<Record<string, LayerKind>> = { "*": "attention", M: "state", "-": "mlp", E: "moe" };

/**
 * Layers one by one, for models whose layers hold either attention, or a state, or an MLP (Nemotron-H, Nemotron 3): from
 * `hybrid_override_pattern` ("MEM*-") or `layers_block_type`. Undefined for all others, whose layers hold an MLP each.
 */
export function layerKinds(read: JsonReader): readonly LayerKind[] | undefined {
  const pattern = read.string("hybrid_override_pattern");
  if (pattern !== undefined) {
    const kinds = [...pattern].map((letter) => LETTERS[letter]);
    return kinds.every((kind) => kind !== undefined) && kinds.length > 0 ? kinds : undefined;
  }
  const list = read.list("layers_block_type");
  const kinds = list?.map((each) => (each === "mamba" ? "state" : each));
  const known = kinds?.every((kind): kind is LayerKind => /^(attention|state|mlp|moe)$/.test(String(kind)));
  return known && kinds?.some((kind) => kind === "mlp" || kind === "moe") ? kinds : undefined;
}

/** The number of layers: said, or the length of a list with one entry for each. */
export function layerCount(read: JsonReader): number | undefined {
  return (
    read.count("num_hidden_layers", "n_layer", "num_layers", "n_layers", "decoder_layers") ??
    (read.list("layers_block_type")?.length || read.list("layer_types")?.length || undefined)
  );
}

/** Layers that are mixtures, where a list says so for each: `moe_layer_freq` of 0 and 1. */
export function listedMixtures(read: JsonReader): number | undefined {
  const kinds = layerKinds(read);
  if (kinds) return kinds.filter((kind) => kind === "moe").length;
  const list = read.list("moe_layer_freq") ?? read.list("mlp_layer_types");
  const count = list?.filter((each) => each === 1 || each === "sparse").length;
  return count === 0 ? undefined : count;
}

/** Nemotron's searched models leave attention out of some layers; each entry of `block_configs` tells. */
export function layersWithAttention(read: JsonReader): { layers: number; kvHeads: number } | undefined {
  const blocks = read.list("block_configs")?.filter(isRecord);
  const heads = read.count("num_attention_heads");
  if (blocks === undefined || blocks.length === 0 || heads === undefined) return undefined;
  const groups = blocks.flatMap((block) => {
    const attention = block["attention"];
    const size =
      isRecord(attention) && attention["no_op"] !== true ? attention["n_heads_in_group"] : undefined;
    return typeof size === "number" && size > 0 ? [size] : [];
  });
  const first = groups[0];
  // Layers with different groups have pages of different sizes, which no single number tells.
  if (first === undefined || groups.some((size) => size !== first)) return undefined;
  return { layers: groups.length, kvHeads: Math.max(1, Math.floor(heads / first)) };
}

/** Parameters of the MLPs of such a model: `ffn_mult` of two thirds of 4 x hidden, rounded up to 256. */
export function searchedMlpParameters(read: JsonReader, hidden: number): number | undefined {
  const blocks = read.list("block_configs")?.filter(isRecord);
  if (blocks === undefined || blocks.length === 0) return undefined;
  return blocks.reduce((sum, block) => {
    const ffn = block["ffn"];
    const multiple = isRecord(ffn) && ffn["no_op"] !== true ? ffn["ffn_mult"] : undefined;
    if (typeof multiple !== "number" || !(multiple > 0 && multiple < 100)) return sum;
    return sum + 3 * hidden * Math.ceil(Math.floor((2 * multiple * hidden) / 3) / 256) * 256;
  }, 0);
}
