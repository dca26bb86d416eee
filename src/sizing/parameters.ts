import type { ModelShape } from "./model-shape";

/** A share of a model's parameters that is stored and spread over GPUs in one way. */
export interface ParameterPart {
  readonly name: string;
  readonly parameters: number;
  /** Stored as a quantised linear, a quantised expert, or at the model's dtype. */
  readonly stored: "linear" | "expert" | "eight" | "plain";
  /** Split over tensor-parallel ranks, over KV heads, over all expert ranks, or whole on every GPU. */
  readonly spread: "tensor" | "kv" | "experts" | "replicated";
  /** Belongs to a layer, or stands at one end of the pipeline. */
  readonly place: "layers" | "first" | "last";
}

/**
 * Parameters tensor by tensor.
 *
 * - query and output: hidden x heads x dim each; key and value: hidden x kv heads x dim;
 * - MLA: low-rank query and key/value projections stay whole on every rank, the rest is split by heads;
 * - MLP: 2 or 3 x hidden x width; experts: experts x 2 or 3 x hidden x width; router: hidden x experts;
 * - embedding and output: vocabulary x hidden each, one of them when tied.
 *
 * What the published total has beyond this sum (towers, biases, per-layer embeddings) becomes the part "rest".
 */
export function parameterParts(shape: ModelShape): ParameterPart[] {
  const parts = [...attentionParts(shape), ...stateParts(shape), ...mlpParts(shape)];
  parts.push({
    name: "norms",
    parameters: shape.layers * 2 * shape.hidden,
    stored: "plain",
    spread: "replicated",
    place: "layers",
  });
  const table = shape.vocab * shape.hidden;
  parts.push({ name: "embedding", parameters: table, stored: "plain", spread: "tensor", place: "first" });
  if (!shape.tied)
    parts.push({ name: "output", parameters: table, stored: "plain", spread: "tensor", place: "last" });
  return reconciled(
    shape,
    parts.filter((part) => part.parameters > 0),
  );
}

function attentionParts(shape: ModelShape): ParameterPart[] {
  let query = 0;
  let keyValue = 0;
  let lowRank = 0;
  for (const layers of shape.cache) {
    if (layers.kind === "latent") {
      const mla = latentParameters(shape);
      query += layers.layers * mla.split;
      lowRank += layers.layers * mla.whole;
    } else if (layers.kind !== "state" && layers.kind !== "compressed" && layers.indexer !== true) {
      query += layers.layers * shape.hidden * shape.heads * (layers.keyDim + layers.valueDim);
      keyValue += layers.layers * shape.hidden * layers.kvHeads * (layers.keyDim + layers.valueDim);
    }
  }
  if (shape.cache.length === 0) {
    const layers = shape.encoderLayers || shape.layers;
    query = layers * shape.hidden * shape.heads * 2 * shape.headDim;
    keyValue = layers * shape.hidden * shape.kvHeads * 2 * shape.headDim;
  }
  const stored = attentionStorage(shape);
  return [
    { name: "attention", parameters: query, stored, spread: "tensor", place: "layers" },
    { name: "keys and values", parameters: keyValue, stored, spread: "kv", place: "layers" },
    { name: "low-rank attention", parameters: lowRank, stored, spread: "replicated", place: "layers" },
  ];
}

function latentParameters(shape: ModelShape): { split: number; whole: number } {
  const mla = shape.mla;
  if (mla === undefined) return { split: 0, whole: 0 };
  const width = mla.nope + mla.rope;
  const queryIn = mla.queryLatent ?? shape.hidden;
  const split =
    queryIn * shape.heads * width +
    mla.latent * shape.heads * (mla.nope + mla.value) +
    shape.heads * mla.value * shape.hidden;
  const indexer =
    mla.indexDim > 0
      ? mla.indexHeads * mla.indexDim * queryIn + shape.hidden * (mla.indexDim + mla.indexHeads)
      : 0;
  const whole =
    (mla.queryLatent ? shape.hidden * mla.queryLatent : 0) + shape.hidden * (mla.latent + mla.rope) + indexer;
  return { split, whole };
}

function stateParts(shape: ModelShape): ParameterPart[] {
  const state = shape.state;
  if (state === undefined) return [];
  const { hidden } = shape;
  const inputs: Record<typeof state.kind, number> = {
    gdn: hidden * (2 * state.keyWidth + 2 * state.valueWidth + 2 * state.heads),
    kda: hidden * 4 * state.valueWidth,
    mamba2: hidden * (2 * state.valueWidth + 2 * state.keyWidth + state.heads),
    mamba1: hidden * 4 * hidden,
    lightning: hidden * 4 * hidden,
    conv: hidden * 3 * hidden,
  };
  const output = (state.valueWidth || hidden) * hidden;
  const parameters = state.layers * (inputs[state.kind] + output);
  return [
    {
      name: "linear attention",
      parameters,
      stored: attentionStorage(shape),
      spread: "tensor",
      place: "layers",
    },
  ];
}

function mlpParts(shape: ModelShape): ParameterPart[] {
  const { moe, hidden, mlpMatrices } = shape;
  const stored = shape.quantization?.on === "experts" ? "plain" : "linear";
  if (moe === undefined) {
    const mixers = /^NemotronH/.test(shape.architecture)
      ? shape.layers - cacheLayerCount(shape)
      : shape.layers;
    const layers = shape.encoderLayers > 0 && shape.cache.length === 0 ? shape.encoderLayers : mixers;
    return [
      {
        name: "mlp",
        parameters: layers * mlpMatrices * hidden * shape.ffn,
        stored,
        spread: "tensor",
        place: "layers",
      },
    ];
  }
  const experts = moe.expertParameters ?? moe.layers * moe.experts * mlpMatrices * hidden * moe.ffn;
  const dense = denseLayers(shape);
  return [
    { name: "experts", parameters: experts, stored: "expert", spread: "experts", place: "layers" },
    {
      name: "shared experts",
      parameters: moe.layers * mlpMatrices * hidden * moe.sharedFfn,
      stored,
      spread: "tensor",
      place: "layers",
    },
    {
      name: "mlp",
      parameters: dense * mlpMatrices * hidden * moe.denseFfn,
      stored,
      spread: "tensor",
      place: "layers",
    },
    {
      name: "routers",
      parameters: moe.layers * hidden * moe.experts,
      stored: "plain",
      spread: "replicated",
      place: "layers",
    },
  ];
}

function denseLayers(shape: ModelShape): number {
  const moe = shape.moe;
  if (moe === undefined || moe.denseFfn === 0) return 0;
  return Math.max(0, shape.layers - moe.layers);
}

function cacheLayerCount(shape: ModelShape): number {
  return shape.cache.reduce((sum, layers) => sum + layers.layers, 0);
}

function attentionStorage(shape: ModelShape): ParameterPart["stored"] {
  const q = shape.quantization;
  if (q === undefined || q.on === "linears") return "linear";
  return q.attentionBits === 8 ? "eight" : "plain";
}

/** Makes the parts add up to the published total: a surplus is "rest", a shortfall shrinks what was computed. */
function reconciled(shape: ModelShape, parts: ParameterPart[]): ParameterPart[] {
  const sum = parts.reduce((total, part) => total + part.parameters, 0);
  if (shape.parameters === undefined || sum <= 0) return parts;
  const rest = shape.parameters - sum;
  if (rest >= 0) {
    const stored = shape.modality === "text" ? "linear" : "plain";
    return [...parts, { name: "rest", parameters: rest, stored, spread: "tensor", place: "layers" }];
  }
  const fixed = parts
    .filter((part) => part.place !== "layers")
    .reduce((total, part) => total + part.parameters, 0);
  const scale = Math.max(0, shape.parameters - fixed) / Math.max(1, sum - fixed);
  return parts.map((part) =>
    part.place === "layers" ? { ...part, parameters: part.parameters * scale } : part,
  );
}
