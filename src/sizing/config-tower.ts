import { isRecord } from "../base/record";
import { JsonReader } from "./json-reader";

/**
 * Parameters of the vision or audio towers that a config.json describes, within some percent:
 * `depth x (4 H^2 + 2 or 3 x H x I)` and the projector that brings merged patches to the language model's width.
 */
export function towerParameters(json: Record<string, unknown>, hidden: number): number | undefined {
  const configs = ["vision_config", "audio_config", "vit_config"].map((key) => json[key]).filter(isRecord);
  if (configs.length === 0) return undefined;
  const towers = configs.map((config) => oneTower(new JsonReader([config]), hidden));
  if (towers.includes(undefined)) return undefined;
  return towers.reduce<number>((sum, tower) => sum + (tower ?? 0), 0);
}

const WIDEST = 100_000;
const DEEPEST = 1000;

function oneTower(read: JsonReader, hidden: number): number | undefined {
  const width = read.count("hidden_size", "embed_dim", "width", "d_model");
  const depth = read.count("depth", "num_hidden_layers", "layers", "encoder_layers");
  if (width === undefined || depth === undefined || width > WIDEST || depth > DEEPEST) return undefined;
  const ratio = read.fraction("mlp_ratio") ?? 4;
  const ffn = Math.min(
    WIDEST,
    read.count("intermediate_size", "encoder_ffn_dim") ?? Math.round(width * ratio),
  );
  const gated = /silu|swiglu/.test(read.string("hidden_act", "hidden_activation") ?? "") ? 3 : 2;
  const merged = width * (read.count("spatial_merge_size") ?? 1) ** 2;
  const out = Math.min(WIDEST, read.count("out_hidden_size") ?? hidden);
  const merger = merged === width ? width * out : merged * merged + merged * out;
  const mergers = 1 + (read.list("deepstack_visual_indexes")?.length ?? 0);
  return depth * (4 * width * width + gated * width * ffn) + mergers * merger;
}
