import { ungated } from "./catalogue";
import { configCache, configState } from "./config-layers";
import {
  layerCount,
  layerKinds,
  layersWithAttention,
  listedMixtures,
  searchedMlpParameters,
} from "./config-layer-kinds";
import { configLength } from "./config-length";
import { configQuantization } from "./config-quantization";
import { towerParameters } from "./config-tower";
import { isRecord } from "../base/record";
import { JsonReader } from "./json-reader";
import { parameterParts } from "./parameters";
import type { MlaShape, ModelShape, MoeShape } from "./model-shape";

export type ShapeProblem = { readonly problem: string };

/** A hundred times what any published model has. */
const LIMITS = {
  num_hidden_layers: 1e4,
  hidden_size: 1e6,
  num_attention_heads: 1e5,
  vocab_size: 1e8,
  intermediate_size: 1e8,
  experts: 1e5,
} as const;

/**
 * Reads a Hugging Face `config.json` into a shape. Takes any JSON and never throws: what cannot be a model gives a sentence.
 * Parameter counts are computed tensor by tensor, since the file does not hold them; towers count as missing.
 */
export function shapeFromConfig(json: unknown): ModelShape | ShapeProblem {
  if (!isRecord(json)) return { problem: "config.json does not hold an object." };
  const inner = ["text_config", "llm_config", "language_config", "thinker_config"]
    .map((key) => json[key])
    .find(isRecord);
  const text = inner && isRecord(inner["text_config"]) ? inner["text_config"] : inner;
  const read = new JsonReader([text ?? json, json]);
  const architecture = read.firstString("architectures") ?? "";
  const layers = layerCount(read);
  const hidden = read.count("hidden_size", "n_embd", "d_model", "dim");
  const heads = read.count("num_attention_heads", "n_head", "n_heads", "decoder_attention_heads");
  const vocab = read.count("vocab_size");
  const absent = [
    ["num_hidden_layers", layers],
    ["hidden_size", hidden],
    ["num_attention_heads", heads],
    ["vocab_size", vocab],
  ] as const;
  for (const [name, value] of absent) {
    if (value === undefined) return { problem: `config.json has no usable ${name}.` };
    if (value > LIMITS[name]) return absurd(name, value);
  }
  const base = {
    architecture,
    layers: layers ?? 1,
    hidden: hidden ?? 1,
    heads: heads ?? 1,
    vocab: vocab ?? 1,
  };
  const wide = read.count("intermediate_size", "ffn_dim");
  if (wide !== undefined && wide > LIMITS.intermediate_size) return absurd("intermediate_size", wide);
  const experts = expertCount(read);
  if (experts !== undefined && experts > LIMITS.experts) return absurd("its experts", experts);
  return assembled(read, json, text !== undefined, base);
}

function absurd(name: string, value: number): ShapeProblem {
  return { problem: `config.json says ${value} for ${name}, which no model has.` };
}

interface Basics {
  readonly architecture: string;
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  readonly vocab: number;
}

function assembled(
  read: JsonReader,
  json: Record<string, unknown>,
  nested: boolean,
  basics: Basics,
): ModelShape {
  const { architecture, layers, hidden, heads, vocab } = basics;
  const mla = mlaShape(read);
  const searched = layersWithAttention(read);
  const kvHeads = searched?.kvHeads ?? keyValueHeads(read, heads);
  const headDim = mla
    ? mla.nope + mla.rope
    : (read.count("head_dim", "attention_head_dim") ?? Math.max(1, Math.floor(hidden / heads)));
  const ffn =
    read.count("intermediate_size", "n_inner", "ffn_dim", "decoder_ffn_dim", "ffn_hidden_size") ?? 4 * hidden;
  const moe = moeShape(read, layers, ffn);
  const vision = hasTower(json);
  const state = configState(read, layers, hidden);
  const audio = /Whisper/.test(architecture);
  const kind = isEncoder(architecture) ? "encoder" : "text";
  const shape: ModelShape = {
    architecture,
    modality: audio
      ? "audio"
      : vision || (nested && /ConditionalGeneration/.test(architecture))
        ? "vision"
        : kind,
    layers,
    hidden,
    heads,
    kvHeads,
    headDim,
    valueDim: read.count("v_head_dim") ?? headDim,
    ffn,
    mlpMatrices: ungated(architecture) ? 2 : 3,
    vocab,
    tied: read.boolean("tie_word_embeddings") ?? /^Gemma/.test(architecture),
    maxLength: configLength(read),
    dtype: read.string("torch_dtype", "dtype") ?? "bfloat16",
    cache:
      kind === "encoder"
        ? []
        : configCache(read, { layers: searched?.layers ?? layers, kvHeads, headDim, mla, state, audio }),
    cacheKnown: true,
    moe,
    mla,
    state,
    quantization: configQuantization(read, json, moe !== undefined),
    rope: rotary(read, architecture, headDim, mla),
    parameters: undefined,
    mtp: undefined,
    fileBytes: undefined,
    towersMissing: vision,
    encoderLayers: read.count("encoder_layers") ?? 0,
  };
  return withTotals(shape, read, json);
}

function hasTower(json: Record<string, unknown>): boolean {
  return ["vision_config", "vision_tower", "audio_config", "vit_config"].some(
    (key) => json[key] !== undefined && json[key] !== null,
  );
}

function isEncoder(architecture: string): boolean {
  return /ForSequenceClassification|^Bert|^XLMRoberta|^Roberta|^ModernBert|^NomicBert/.test(architecture);
}

/** What the tensor-by-tensor sum of a plain model does not see: searched MLPs, towers. */
function withTotals(shape: ModelShape, read: JsonReader, json: Record<string, unknown>): ModelShape {
  const searched = searchedMlpParameters(read, shape.hidden);
  const tower = shape.towersMissing ? towerParameters(json, shape.hidden) : undefined;
  if (searched === undefined && tower === undefined) return shape;
  const parts = parameterParts(shape);
  const own = parts.reduce(
    (sum, part) => (searched !== undefined && part.name === "mlp" ? sum : sum + part.parameters),
    0,
  );
  return {
    ...shape,
    parameters: own + (searched ?? 0) + (tower ?? 0),
    towersMissing: shape.towersMissing && tower === undefined,
  };
}

function keyValueHeads(read: JsonReader, heads: number): number {
  if (read.boolean("multi_query") === true && read.boolean("new_decoder_architecture") !== true) return 1;
  const given = read.count(
    "num_key_value_heads",
    "num_kv_heads",
    "n_head_kv",
    "multi_query_group_num",
    "num_query_groups",
  );
  return given ?? heads;
}

function mlaShape(read: JsonReader): MlaShape | undefined {
  const latent = read.count("kv_lora_rank");
  if (latent === undefined) return undefined;
  return {
    latent,
    rope: read.count("qk_rope_head_dim") ?? 64,
    nope: read.count("qk_nope_head_dim") ?? 128,
    value: read.count("v_head_dim") ?? 128,
    queryLatent: read.count("q_lora_rank"),
    indexDim: read.count("index_head_dim") ?? 0,
    indexHeads: read.count("index_n_heads") ?? 0,
  };
}

function expertCount(read: JsonReader): number | undefined {
  return read.count("num_local_experts", "n_routed_experts", "num_experts", "moe_num_experts");
}

function moeShape(read: JsonReader, layers: number, ffn: number): MoeShape | undefined {
  const experts = expertCount(read);
  if (experts === undefined || experts < 2) return undefined;
  const width = read.count("moe_intermediate_size", "expert_ffn_hidden_size") ?? ffn;
  const shared = read.count(
    "shared_expert_intermediate_size",
    "moe_shared_expert_intermediate_size",
    "shared_intermediate_size",
  );
  const dense = read.count("first_k_dense_replace", "num_dense_layers") ?? 0;
  const step = read.count("decoder_sparse_step", "moe_layer_freq", "interleave_moe_layer_step") ?? 1;
  const listed = listedMixtures(read);
  const latent = read.count("moe_latent_size");
  return {
    experts,
    perToken:
      read.count("num_experts_per_tok", "num_experts_per_token", "moe_topk", "top_k_experts", "top_k") ?? 1,
    ffn: width,
    sharedFfn: shared ?? (read.count("n_shared_experts") ?? 0) * width,
    layers: listed ?? Math.max(1, Math.floor((layers - Math.min(dense, layers - 1)) / Math.max(1, step))),
    denseFfn: layerKinds(read) ? 0 : (read.count("intermediate_size_mlp", "dense_intermediate_size") ?? ffn),
    expertParameters: latent === undefined ? undefined : (listed ?? layers) * experts * 2 * latent * width,
  };
}

function rotary(
  read: JsonReader,
  architecture: string,
  headDim: number,
  mla: MlaShape | undefined,
): ModelShape["rope"] {
  if (/^(OPT|GPT2|GPTBig|Whisper|Bert|XLMRoberta|Roberta|Bloom|MPT)/.test(architecture))
    return { dim: 0, tables: 0 };
  const scaling = read.record("rope_scaling") ?? read.record("rope_parameters");
  const partial =
    read.fraction("partial_rotary_factor") ??
    (typeof scaling?.["partial_rotary_factor"] === "number" ? scaling["partial_rotary_factor"] : 1);
  const tables = scaling && "mrope_section" in scaling ? 4 : /^Gemma[34]/.test(architecture) ? 2 : 1;
  return { dim: Math.round((mla?.rope ?? headDim) * Math.min(1, Math.max(0, partial))), tables };
}
