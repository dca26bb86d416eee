import { findModel, findModelByName, type ModelEntry } from "../data/models";
import {
  type AttentionLayers,
  type CacheLayers,
  type ModelShape,
  type MoeShape,
  NO_DETAILS,
  type Quantization,
  type StateShape,
} from "./model-shape";
import { ggufName, schemeFromName } from "./name-scheme";
import type { PlannedModel } from "./plan-types";
import { nameOf } from "../base/path";

const shapes = new Map<string, PlannedModel | undefined>();

/**
 * A model of the catalogue: by id or alias; else by its last two components or the last one (mirrors and paths,
 * `/models/Qwen3-8B`); else by the model that a quantised copy was made from (`Qwen3-32B-AWQ`), with the scheme that its name
 * tells. All but the first say so.
 */
export function catalogueModel(id: string): PlannedModel | undefined {
  const key = id.trim().replace(/\/+$/, "").toLowerCase();
  if (shapes.has(key)) return shapes.get(key);
  const model =
    exact(key, id) ??
    byPath(key, id) ??
    byLastComponent(key, id) ??
    quantisedCopy(key, id) ??
    ggufCopy(key, id);
  if (shapes.size > 500) shapes.clear();
  shapes.set(key, model);
  return model;
}

/** True for an id that the catalogue holds as it is, with dimensions seen in its published configuration. */
export function isCatalogued(id: string): boolean {
  const entry = findModel(id.trim().replace(/\/+$/, "").toLowerCase());
  return entry !== undefined && entry.confidence !== "recalled";
}

function exact(key: string, id: string): PlannedModel | undefined {
  const entry = findModel(key);
  return entry && { id, shape: shapeFromEntry(entry), source: "catalogue", confidence: entry.confidence };
}

/** `/models/Qwen/Qwen3-8B`: folders are often called as the Hub calls the model. */
function byPath(key: string, id: string): PlannedModel | undefined {
  const entry = key.split("/").length > 2 ? findModel(key.split("/").slice(-2).join("/")) : undefined;
  return entry && named(entry, id);
}

function byLastComponent(key: string, id: string): PlannedModel | undefined {
  const entry = namedEntry(key);
  return entry && named(entry, id);
}

function named(entry: ModelEntry, id: string): PlannedModel {
  const source = `catalogue, ${entry.id} by its name`;
  return { id, shape: shapeFromEntry(entry), source, confidence: entry.confidence };
}

/** 4-bit floating-point copies of hybrid models keep 8 bits in attention and linear attention (two published ones, by their loaded size). */
function hybridFp4(q: Quantization, shape: ModelShape): Quantization {
  if (q.format !== "nvfp4" || shape.state === undefined || shape.moe !== undefined) return q;
  return { ...q, on: "mlp", attentionBits: 8 };
}

/** By the last component of a path; copies of Llama are named with and without Meta's name in front. */
function namedEntry(path: string): ModelEntry | undefined {
  const name = nameOf(path);
  return findModelByName(name) ?? findModelByName(name.startsWith("meta-") ? name.slice(5) : `meta-${name}`);
}

function quantisedCopy(key: string, id: string): PlannedModel | undefined {
  const split = schemeFromName(key);
  if (split === undefined) return undefined;
  const base = findModel(split.base) ?? namedEntry(split.base);
  // Some makers publish in fp8 to begin with, and others make 4-bit copies of that.
  if (base === undefined || (base.quant !== undefined && base.quant.method !== "fp8")) return undefined;
  const shape = shapeFromEntry(base);
  const quantization = hybridFp4(split.scheme(shape.moe !== undefined), shape);
  return {
    id,
    shape: { ...shape, quantization, fileBytes: undefined },
    source: `catalogue, ${base.id} quantised by its name`,
    confidence: "computed",
  };
}

/** A GGUF file of a model of the catalogue; its size follows from the bits in its name. */
function ggufCopy(key: string, id: string): PlannedModel | undefined {
  const file = ggufName(key);
  if (file === undefined) return undefined;
  const base = namedEntry(file.base);
  if (base === undefined || base.quant !== undefined) return undefined;
  const shape = shapeFromEntry(base);
  if (shape.parameters === undefined) return undefined;
  return {
    id,
    shape: {
      ...shape,
      quantization: { ...NO_DETAILS, method: "gguf", bits: file.bits, on: "linears" },
      fileBytes: (file.bits / 8) * shape.parameters,
    },
    source: `catalogue, ${base.id} in the GGUF form that its name tells`,
    confidence: "computed",
  };
}

export function shapeFromEntry(e: ModelEntry): ModelShape {
  const moe = e.moe && moeShape(e);
  const layers = e.layers;
  return {
    architecture: e.arch,
    modality: modality(e.modality),
    layers,
    hidden: e.hidden,
    heads: e.heads,
    kvHeads: e.kvHeads,
    headDim: e.headDim,
    valueDim: e.valueDim ?? e.headDim,
    ffn: e.ffn ?? 0,
    mlpMatrices: ungated(e.arch) ? 2 : 3,
    vocab: e.vocab,
    tied: e.tied,
    maxLength: e.maxLength,
    dtype: e.dtype,
    cache: cacheLayers(e),
    cacheKnown: e.cacheUnknown !== true,
    moe,
    mla: e.mla && { queryLatent: undefined, indexDim: 0, indexHeads: 0, ...e.mla },
    state: e.state && stateShape(e.state),
    quantization: e.quant && quantization(e.quant),
    rope: { dim: e.ropeDim ?? e.mla?.rope ?? e.headDim, tables: e.ropeCopies ?? 1 },
    parameters: parameters(e),
    mtp: e.mtpLayers || e.mtpParams ? { layers: e.mtpLayers ?? 1, parameters: e.mtpParams ?? 0 } : undefined,
    fileBytes: e.fileBytes,
    towersMissing: e.towersMissing ?? false,
    encoderLayers: e.encoderLayers ?? 0,
  };
}

/** The advertised total stands in where towers are missing from what was computed. */
function parameters(e: ModelEntry): number | undefined {
  return e.towersMissing && e.advertised ? Math.max(e.advertised, e.params ?? 0) : (e.params ?? e.advertised);
}

/** Architectures whose MLP has two matrices instead of three. */
export function ungated(architecture: string): boolean {
  return /^(OPT|GPT|Phi(For|MoE)|Falcon|Starcoder2|Bert|XLMRoberta|Whisper|NemotronH|Nemotron(For)|Bloom|MPT|StableLMEpoch)/.test(
    architecture,
  );
}

function modality(text: string): ModelShape["modality"] {
  if (text === "text") return "text";
  if (text === "embedding") return "embedding";
  if (text === "embedding-encoder") return "encoder";
  return text === "speech-to-text" || text === "audio" ? "audio" : "vision";
}

function moeShape(e: ModelEntry): MoeShape {
  const m = e.moe;
  return {
    experts: m?.experts ?? 0,
    perToken: m?.perToken ?? 0,
    ffn: m?.ffn ?? 0,
    sharedFfn: m?.sharedFfn ?? 0,
    layers: m?.layers ?? e.layers,
    denseFfn: m?.denseFfn ?? 0,
    expertParameters: m?.expertParams,
  };
}

function stateShape(s: NonNullable<ModelEntry["state"]>): StateShape {
  return {
    kind: s.kind as StateShape["kind"],
    layers: s.layers,
    convElements: s.conv ?? 0,
    convKernel: s.kernel ?? 4,
    stateElements: s.state ?? 0,
    stateDtype: s.dtype,
    keyWidth: s.keyWidth ?? 0,
    valueWidth: s.valueWidth ?? 0,
    heads: s.heads ?? 0,
  };
}

function quantization(q: NonNullable<ModelEntry["quant"]>): Quantization {
  return {
    method: q.method,
    bits: q.bits,
    group: q.group,
    block: q.block,
    format: q.format,
    on: q.on === "experts" || q.on === "mlp" ? q.on : "linears",
    expertBits: q.expertBits,
    zeroPoint: q.zero ?? false,
    kvCacheDtype: q.kv,
    attentionBits: undefined,
  };
}

function cacheLayers(e: ModelEntry): CacheLayers[] {
  if (e.modality === "embedding-encoder") return [];
  const out: CacheLayers[] = [];
  const attention = e.attentionLayers ?? e.layers;
  if (e.compressed) {
    const { ratios, window, indexDim } = e.compressed;
    return [
      {
        kind: "compressed",
        layers: e.layers,
        window,
        fine: ratios["4"] ?? 0,
        coarse: ratios["128"] ?? 0,
        headDim: e.headDim,
        indexDim,
      },
    ];
  }
  if (e.mla) {
    out.push({
      kind: "latent",
      layers: attention,
      width: e.mla.latent + e.mla.rope,
      indexWidth: e.mla.indexDim ?? 0,
    });
  } else {
    out.push(...attentionLayers(e, attention));
  }
  if (e.indexKeys)
    out.push({
      kind: "full",
      layers: e.indexKeys.layers,
      kvHeads: 1,
      keyDim: e.indexKeys.dim,
      valueDim: 0,
      window: 0,
      indexer: true,
    });
  if (e.crossTokens)
    out.push({
      kind: "cross",
      layers: e.layers,
      kvHeads: e.kvHeads,
      keyDim: e.headDim,
      valueDim: e.headDim,
      window: e.crossTokens,
    });
  if (e.state) out.push({ kind: "state", layers: e.state.layers });
  return out;
}

function attentionLayers(e: ModelEntry, attention: number): AttentionLayers[] {
  const valueDim = e.valueDim ?? e.headDim;
  const full: AttentionLayers = {
    kind: "full",
    layers: attention,
    kvHeads: e.kvHeads,
    keyDim: e.headDim,
    valueDim,
    window: 0,
  };
  const w = e.window;
  if (w === undefined) return [full];
  const sliding: AttentionLayers = {
    kind: w.chunked ? "chunked" : "sliding",
    layers: w.layers,
    kvHeads: w.kvHeads ?? e.kvHeads,
    keyDim: w.headDim ?? e.headDim,
    valueDim: w.headDim === undefined ? valueDim : e.headDim === w.headDim ? valueDim : w.headDim,
    window: w.size,
  };
  const wide = w.fullHeadDim ?? e.headDim;
  const rest: AttentionLayers = {
    ...full,
    layers: attention - w.layers,
    kvHeads: w.fullKvHeads ?? e.kvHeads,
    keyDim: wide,
    valueDim: w.fullHeadDim ? wide : valueDim,
  };
  return withoutShared(
    [rest, sliding].filter((layers) => layers.layers > 0),
    e.sharedKvLayers ?? 0,
    attention,
  );
}

/** The last layers reuse the cache of earlier ones; they follow the same pattern, so each kind loses its share. */
function withoutShared(kinds: AttentionLayers[], shared: number, total: number): AttentionLayers[] {
  if (shared === 0) return kinds;
  return kinds.map((layers) => ({
    ...layers,
    layers: Math.max(1, layers.layers - Math.floor((layers.layers * shared) / total)),
  }));
}
