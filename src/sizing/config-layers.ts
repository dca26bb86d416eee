import { layerKinds } from "./config-layer-kinds";
import type { JsonReader } from "./json-reader";
import type { AttentionLayers, CacheLayers, MlaShape, StateShape } from "./model-shape";

export interface CacheDimensions {
  readonly layers: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly mla: MlaShape | undefined;
  readonly state: StateShape | undefined;
  readonly audio: boolean;
}

/** Kinds of cache layers from `layer_types`, window patterns, or hybrid patterns of a config.json. */
export function configCache(read: JsonReader, d: CacheDimensions): CacheLayers[] {
  const attention = Math.max(0, attentionCount(read, d));
  const compressed = compressedLayers(read, d);
  if (compressed) return [compressed];
  const out: CacheLayers[] = [];
  if (attention > 0) {
    if (d.mla)
      out.push({
        kind: "latent",
        layers: attention,
        width: d.mla.latent + d.mla.rope,
        indexWidth: d.mla.indexDim,
      });
    else out.push(...attentionKinds(read, d, attention));
  }
  if (d.audio) {
    out.push({
      kind: "cross",
      layers: d.layers,
      kvHeads: d.kvHeads,
      keyDim: d.headDim,
      valueDim: d.headDim,
      window: read.count("max_source_positions") ?? 1500,
    });
  }
  if (d.state) out.push({ kind: "state", layers: d.state.layers });
  return out;
}

/** DeepSeek V4 says for each layer how far its global part is compressed; one entry more is of the prediction layer. */
function compressedLayers(read: JsonReader, d: CacheDimensions): CacheLayers | undefined {
  const ratios = read.list("compress_ratios")?.slice(0, d.layers);
  const indexDim = read.count("index_head_dim");
  if (ratios === undefined || indexDim === undefined) return undefined;
  const of = (ratio: number): number => ratios.filter((each) => each === ratio).length;
  const window = read.count("sliding_window") ?? 128;
  return {
    kind: "compressed",
    layers: d.layers,
    window,
    fine: of(4),
    coarse: of(128),
    headDim: d.headDim,
    indexDim,
  };
}

function layerTypes(read: JsonReader): readonly string[] | undefined {
  const list = read.list("layer_types") ?? read.list("layers_block_type");
  return list?.every((each) => typeof each === "string") ? list : undefined;
}

function attentionCount(read: JsonReader, d: CacheDimensions): number {
  if (d.state === undefined) return d.layers;
  const kinds = layerKinds(read);
  if (kinds) return kinds.filter((kind) => kind === "attention").length;
  const types = layerTypes(read);
  if (types) return types.filter((type) => /full_attention|^attention$|sliding/.test(type)).length;
  const linear = read.record("linear_attn_config");
  const full = linear?.["full_attn_layers"];
  if (Array.isArray(full)) return full.length;
  return d.layers - d.state.layers;
}

function attentionKinds(read: JsonReader, d: CacheDimensions, attention: number): AttentionLayers[] {
  const valueDim = read.count("v_head_dim") ?? d.headDim;
  const full: AttentionLayers = {
    kind: "full",
    layers: attention,
    kvHeads: d.kvHeads,
    keyDim: d.headDim,
    valueDim,
    window: 0,
  };
  const window = read.count("sliding_window", "attention_chunk_size");
  if (window === undefined || read.boolean("use_sliding_window") === false) return [full];
  const chunked =
    read.count("attention_chunk_size") !== undefined && read.count("sliding_window") === undefined;
  const sliding = slidingCount(read, attention);
  const wide = read.count("global_head_dim");
  const rest: AttentionLayers = {
    ...full,
    layers: attention - sliding,
    kvHeads: read.count("num_global_key_value_heads") ?? d.kvHeads,
    keyDim: wide ?? d.headDim,
    valueDim: wide ?? valueDim,
  };
  const local: AttentionLayers = {
    ...full,
    kind: chunked ? "chunked" : "sliding",
    layers: sliding,
    window,
    kvHeads: read.count("swa_num_key_value_heads") ?? d.kvHeads,
    keyDim: read.count("swa_head_dim") ?? d.headDim,
    valueDim: read.count("swa_v_head_dim") ?? valueDim,
  };
  const shared = read.count("num_kv_shared_layers") ?? 0;
  return [rest, local]
    .filter((layers) => layers.layers > 0)
    .map((layers) =>
      shared > 0
        ? { ...layers, layers: Math.max(1, layers.layers - Math.floor((layers.layers * shared) / attention)) }
        : layers,
    );
}

function slidingCount(read: JsonReader, attention: number): number {
  const types = layerTypes(read);
  if (types) return Math.min(attention, types.filter((type) => /sliding|chunked|local/.test(type)).length);
  const pattern = read.count("sliding_window_pattern", "_sliding_window_pattern");
  if (pattern !== undefined && pattern > 1) return attention - Math.floor(attention / pattern);
  const flags = read.list("hybrid_layer_pattern");
  if (flags) return Math.min(attention, flags.filter((each) => each === 1).length);
  const noRope = read.list("no_rope_layers");
  if (noRope) return Math.min(attention, noRope.filter((each) => each === 1).length);
  const architecture = read.firstString("architectures") ?? "";
  if (/^Gemma2/.test(architecture)) return Math.ceil(attention / 2);
  if (/^GptOss/.test(architecture)) return Math.floor(attention / 2);
  if (/^Gemma3/.test(architecture)) return attention - Math.floor(attention / 6);
  if (/^Llama4/.test(architecture)) return attention - Math.floor(attention / 4);
  return attention;
}

/** Layers with a constant state: gated delta net, Kimi's delta attention, Mamba 2. */
export function configState(read: JsonReader, layers: number, hidden: number): StateShape | undefined {
  const valueHeads = read.count("linear_num_value_heads");
  if (valueHeads !== undefined) return deltaNet(read, layers, valueHeads);
  const mambaHeads = read.count("mamba_num_heads", "mamba_n_heads");
  if (mambaHeads !== undefined) return mamba2(read, layers, hidden, mambaHeads);
  const kimi = read.record("linear_attn_config");
  const [heads, dim] = [kimi?.["num_heads"], kimi?.["head_dim"]];
  if (typeof heads === "number" && typeof dim === "number" && heads > 0 && dim > 0) {
    const list = kimi?.["kda_layers"];
    const kernel = typeof kimi?.["short_conv_kernel_size"] === "number" ? kimi["short_conv_kernel_size"] : 4;
    const width = heads * dim;
    return {
      kind: "kda",
      layers: Array.isArray(list) ? list.length : layers,
      convElements: 3 * width * (kernel - 1),
      convKernel: kernel,
      stateElements: width * dim,
      stateDtype: "float32",
      keyWidth: width,
      valueWidth: width,
      heads,
    };
  }
  return undefined;
}

function deltaNet(read: JsonReader, layers: number, heads: number): StateShape {
  const keyDim = read.count("linear_key_head_dim") ?? 128;
  const valueDim = read.count("linear_value_head_dim") ?? 128;
  const keyWidth = (read.count("linear_num_key_heads") ?? 16) * keyDim;
  const valueWidth = heads * valueDim;
  const kernel = read.count("linear_conv_kernel_dim") ?? 4;
  const types = layerTypes(read);
  const every = read.count("full_attention_interval") ?? 4;
  const linear = types
    ? types.filter((type) => /linear/.test(type)).length
    : layers - Math.floor(layers / every);
  return {
    kind: "gdn",
    layers: linear,
    convElements: (2 * keyWidth + valueWidth) * (kernel - 1),
    convKernel: kernel,
    stateElements: valueWidth * keyDim,
    stateDtype: read.string("mamba_ssm_dtype"),
    keyWidth,
    valueWidth,
    heads,
  };
}

function mamba2(read: JsonReader, layers: number, hidden: number, heads: number): StateShape {
  const dim = read.count("mamba_head_dim", "mamba_d_head") ?? Math.floor((2 * hidden) / heads);
  const keyWidth =
    (read.count("n_groups", "mamba_n_groups") ?? 1) * (read.count("ssm_state_size", "mamba_d_state") ?? 128);
  const kernel = read.count("conv_kernel", "mamba_d_conv") ?? 4;
  const valueWidth = heads * dim;
  const kinds = layerKinds(read);
  const types = layerTypes(read);
  const count = kinds
    ? kinds.filter((kind) => kind === "state").length
    : types
      ? types.filter((type) => /mamba/.test(type)).length
      : layers;
  return {
    kind: "mamba2",
    layers: count,
    convElements: (valueWidth + 2 * keyWidth) * (kernel - 1),
    convKernel: kernel,
    stateElements: valueWidth * (read.count("ssm_state_size", "mamba_d_state") ?? 128),
    stateDtype: read.string("mamba_ssm_cache_dtype"),
    keyWidth,
    valueWidth,
    heads,
  };
}
