import { capacity, type Capacity } from "./kv-capacity";
import { cacheLayout, type CacheLayout, type RequestSettings } from "./kv-layout";
import type { CachePlan } from "./plan-types";
import type { Pieces } from "./plan-pieces";
import { GIB, banded, between, type Given, ingredient, type Ingredient, type Quantity } from "./quantity";
import { stageLayers } from "./weights";

export const EMPTY_CACHE: CachePlan = {
  bytesPerToken: undefined, tokens: undefined, maxModelLen: undefined, maxConcurrency: undefined, longestLength: undefined,
  requestGib: undefined, blocks: undefined, blockTokens: undefined,
};

/** Tokens, concurrency and lengths of the pool; what depends on something unknown stays undefined. */
export function cachePlan(pieces: Pieces, pool: Quantity | undefined): CachePlan {
  const { input, settings } = pieces;
  const shape = input.model?.shape;
  const length = settings.length;
  const layout = layoutOf(pieces);
  const request = requestSettings(pieces);
  if (shape === undefined || length === undefined || layout === undefined || request === undefined) {
    return { ...EMPTY_CACHE, maxModelLen: length && exactly(length.value, "as configured", [ingredient("model length", length)]) };
  }
  const override = input.numGpuBlocksOverride;
  const at = (gib: number, tokens: number): Capacity =>
    capacity(layout, Math.max(0, gib) * GIB, tokens, shape.maxLength ?? tokens, request, override);
  const inputs = cacheInputs(pieces, length);
  let used = length.value;
  if (settings.autoLength && pool !== undefined) used = Math.max(1, Math.min(length.value, at(pool.value, length.value).longestLength));
  const fixed = at(0, used);
  const perToken = exactly(fixed.bytesPerToken, tokenFormula(layout, used), inputs);
  const requestGib = exactly(fixed.requestBytes / GIB, `one request of ${used} tokens in blocks of ${layout.blockBytes} B`, inputs);
  const maxModelLen = settings.autoLength && pool === undefined ? undefined : exactly(used, settings.autoLength ? "fitted to the pool" : "as configured", [ingredient("model length", length)]);
  if (pool === undefined) return { ...EMPTY_CACHE, bytesPerToken: perToken, requestGib, maxModelLen, blockTokens: layout.block };
  const [low, value, high] = [at(pool.low, used), at(pool.value, used), at(pool.high, used)];
  const all = [...inputs, { name: "KV cache", value: `${pool.value.toFixed(2)} GiB`, origin: "computed" }];
  const blocksFormula = `floor(${Math.max(0, pool.value).toFixed(2)} GiB / ${layout.blockBytes} B)`;
  return {
    bytesPerToken: perToken,
    requestGib,
    maxModelLen,
    blockTokens: layout.block,
    blocks: between(low.blocks, value.blocks, high.blocks, blocksFormula, all),
    tokens: between(low.tokens, value.tokens, high.tokens, `${value.blocks} blocks, ${tokenFormula(layout, used)}`, all),
    maxConcurrency: between(low.maxConcurrency, value.maxConcurrency, high.maxConcurrency, `${value.blocks} blocks / ${Math.round(value.requestBytes / layout.blockBytes)} blocks of one request of ${used} tokens`, all),
    longestLength: between(low.longestLength, value.longestLength, high.longestLength, `the longest request in ${value.blocks} blocks`, all),
  };
}

export function layoutOf({ input, settings }: Pieces): CacheLayout | undefined {
  const { tensor, pipeline, cacheDtype, dtype, block } = settings;
  const shape = input.model?.shape;
  if (!shape || !tensor || !pipeline || !cacheDtype || !dtype || !block || input.unknown?.includes("speculative")) return undefined;
  const stages = stageLayers(shape.layers, pipeline.value);
  const mtp = input.speculative !== undefined && /mtp|nextn|eagle/.test(input.speculative.method);
  return cacheLayout({
    shape,
    version: input.version,
    tensor: tensor.value,
    stageShare: Math.max(...stages) / shape.layers,
    cacheDtype: cacheDtype.value,
    modelDtype: dtype.value,
    stateDtype: input.stateDtype === "auto" ? undefined : input.stateDtype,
    block: block.value,
    hybridManager: input.disableHybridManager !== true,
    speculativeTokens: input.speculative?.tokens ?? 0,
    extraLayers: mtp ? (shape.mtp?.layers ?? 1) : 0,
  });
}

export function requestSettings({ input, settings }: Pieces): RequestSettings | undefined {
  if (settings.tokens === undefined) {
    if (input.model?.shape.cache.some((layers) => layers.kind !== "full" && layers.kind !== "latent" && layers.kind !== "state")) return undefined;
  }
  const tokens = settings.tokens?.value ?? 2048;
  return {
    version: input.version,
    maxBatchedTokens: tokens,
    concurrentBatches: settings.batches,
    contextParallel: input.decodeContextParallel ?? 1,
    speculativeTokens: input.speculative?.tokens ?? 0,
    stateMode: settings.stateMode,
    encoderTokens: Math.max(tokens, encoderTokens(input.model?.shape.cache)),
  };
}

function encoderTokens(cache: readonly { kind: string; window?: number }[] | undefined): number {
  return Math.max(0, ...(cache ?? []).map((layers) => (layers.kind === "cross" ? (layers.window ?? 0) : 0)));
}

function tokenFormula(layout: CacheLayout, length: number): string {
  const kinds = layout.groups.map((group) => `${group.layers} ${group.kind}`).join(" + ");
  return `${kinds} layers, blocks of ${layout.block} tokens and ${layout.blockBytes} B, requests of ${length} tokens`;
}

function cacheInputs({ input, settings }: Pieces, length: Given<number>): Ingredient[] {
  const out: Ingredient[] = [{ name: "model", value: input.model?.id ?? "", origin: input.model?.source ?? "" }, ingredient("model length", length)];
  if (settings.cacheDtype) out.push(ingredient("KV cache dtype", settings.cacheDtype));
  if (settings.tensor) out.push(ingredient("tensor parallel size", settings.tensor));
  return out;
}

function exactly(value: number, formula: string, inputs: readonly Ingredient[]): Quantity {
  return banded(value, 0, formula, inputs);
}
