import { isAtLeast, type VllmVersion } from "../vllm/version";
import type { AttentionLayers, ModelShape } from "./model-shape";
import { dtypeBytes } from "./quantization";
import { ceilDiv, roundUp } from "./quantity";

/** Layers of one kind on one GPU and the bytes of one block of one of them. */
export interface LayerPage {
  readonly kind: "full" | "sliding" | "chunked" | "cross" | "latent" | "state";
  readonly layers: number;
  readonly bytes: number;
  readonly block: number;
  readonly window: number;
}

export interface CacheSettings {
  readonly shape: ModelShape;
  readonly version: VllmVersion;
  readonly tensor: number;
  /** Share of the layers on the fullest pipeline stage. */
  readonly stageShare: number;
  /** Resolved: never `auto`. */
  readonly cacheDtype: string;
  readonly modelDtype: string;
  readonly stateDtype: string | undefined;
  readonly block: number;
  readonly hybridManager: boolean;
  readonly speculativeTokens: number;
  /** Extra full-attention layers: a multi-token-prediction or draft layer that shares the pool. */
  readonly extraLayers: number;
}

/**
 * Bytes of one block of one layer on one GPU.
 *
 * - attention: `block x max(1, kv heads / tp) x (key dim + value dim) x bytes`;
 * - latent (MLA): `block x (latent + rope) x bytes`, whole on every rank; 656 bytes a token in the packed fp8 form; an indexer adds
 *   its keys in fp8 with a 32-bit scale per 128;
 * - state: `(convolution + recurrent state) x bytes / tp`, whatever the length.
 *
 * In hybrid models the attention block grows until its page holds a state, and the state is padded to that page.
 * Source: vllm/v1/kv_cache_interface.py and the hybrid block size in vllm/model_executor/models/config.py of vLLM.
 */
export function layerPages(s: CacheSettings): LayerPage[] {
  const state = s.shape.state;
  const stateBytes = state === undefined ? 0 : statePage(s);
  const perToken = Math.max(
    0,
    ...s.shape.cache.map((layers) =>
      layers.kind === "state" || layers.kind === "compressed" ? 0 : tokenBytes(layers, s),
    ),
  );
  let block = s.block;
  if (stateBytes > 0 && perToken > 0) {
    const step = Math.max(s.block, s.shape.mla ? 128 : 16);
    block = roundUp(ceilDiv(stateBytes, perToken), step);
  }
  const pages: LayerPage[] = [];
  for (const layers of s.shape.cache) {
    if (layers.kind === "compressed") continue;
    const count = Math.max(1, Math.ceil(layers.layers * s.stageShare - 1e-9));
    if (layers.kind === "state") {
      pages.push({
        kind: "state",
        layers: count,
        bytes: perToken > 0 ? block * perToken : stateBytes,
        block,
        window: 0,
      });
    } else {
      pages.push({
        kind: kindInForce(layers.kind, s),
        layers: count,
        bytes: block * tokenBytes(layers, s),
        block,
        window: windowInForce(layers, s),
      });
    }
  }
  return merged(withExtraLayers(pages, s.extraLayers));
}

/** Bytes of one token in one layer on one GPU. */
function tokenBytes(layers: AttentionLayers | LatentLayers, s: CacheSettings): number {
  if (layers.kind === "latent") {
    if (!isAtLeast(s.version, "0.7.1")) return expandedLatent(s);
    const packed =
      s.cacheDtype === "fp8_ds_mla" || (s.shape.mla?.indexDim ? s.cacheDtype.startsWith("fp8") : false);
    const latent = packed ? 656 : layers.width * cacheElementBytes(s.cacheDtype);
    return latent + (layers.indexWidth > 0 ? layers.indexWidth * (1 + 4 / 128) : 0);
  }
  const heads = Math.max(1, Math.floor(layers.kvHeads / s.tensor));
  const element = cacheElementBytes(s.cacheDtype);
  const scales = s.cacheDtype.includes("per_token_head") ? 8 : 0;
  return heads * ((layers.keyDim + layers.valueDim) * element + scales);
}

type LatentLayers = Extract<ModelShape["cache"][number], { kind: "latent" }>;

/** Before 0.7.1 vLLM had no latent cache: keys and values of every head, values padded to the keys' width. */
function expandedLatent(s: CacheSettings): number {
  return (
    Math.max(1, Math.floor(s.shape.heads / s.tensor)) * 2 * s.shape.headDim * cacheElementBytes(s.cacheDtype)
  );
}

/** Bytes of one cached element; the 4-bit forms store an fp8 scale per 16. */
export function cacheElementBytes(dtype: string): number {
  if (dtype.startsWith("nvfp4")) return 0.5 + 1 / 16;
  if (dtype.startsWith("int4")) return 0.5;
  if (dtype.startsWith("fp8") || dtype.startsWith("int8")) return 1;
  return dtypeBytes(dtype) ?? 2;
}

function statePage(s: CacheSettings): number {
  const state = s.shape.state;
  if (state === undefined) return 0;
  const model = dtypeBytes(s.modelDtype) ?? 2;
  const own = state.kind === "kda" || state.kind === "lightning" ? "float32" : state.stateDtype;
  const recurrent = dtypeBytes(s.stateDtype ?? own ?? s.modelDtype) ?? model;
  const kernel = Math.max(1, state.convKernel - 1);
  const conv = (state.convElements / kernel) * (kernel + s.speculativeTokens);
  return (conv * model + state.stateElements * recurrent) / s.tensor;
}

/** Without the hybrid manager a sliding or chunked layer keeps the whole sequence; chunked ones do by default. */
function kindInForce(kind: AttentionLayers["kind"] | "latent", s: CacheSettings): LayerPage["kind"] {
  if (kind === "chunked") return "full";
  if (kind === "sliding" && (!s.hybridManager || !isAtLeast(s.version, "0.9.2"))) return "full";
  return kind;
}

function windowInForce(layers: AttentionLayers | LatentLayers, s: CacheSettings): number {
  if (layers.kind === "latent" || kindInForce(layers.kind, s) === "full") return 0;
  return layers.window;
}

function withExtraLayers(pages: LayerPage[], extra: number): LayerPage[] {
  if (extra <= 0) return pages;
  const index = pages.findIndex((page) => page.kind === "full" || page.kind === "latent");
  return pages.map((page, at) => (at === index ? { ...page, layers: page.layers + extra } : page));
}

/** Full layers of one page size are one kind, whatever they were before. */
function merged(pages: LayerPage[]): LayerPage[] {
  const out: LayerPage[] = [];
  for (const page of pages) {
    const same = out.findIndex(
      (p) =>
        p.kind === page.kind && p.bytes === page.bytes && p.window === page.window && p.block === page.block,
    );
    const found = out[same];
    if (found) out[same] = { ...found, layers: found.layers + page.layers };
    else out.push(page);
  }
  return out;
}
