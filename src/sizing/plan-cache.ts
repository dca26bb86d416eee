import { capacity, type Capacity } from "./kv-capacity";
import { cacheLayout, type CacheLayout, type RequestSettings } from "./kv-layout";
import type { CachePlan, SettingName } from "./plan-types";
import type { Pieces } from "./plan-pieces";
import { GIB, banded, between, type Given, ingredient, type Ingredient, type Quantity } from "./quantity";
import { stageLayers } from "./weights";

export const EMPTY_CACHE: CachePlan = {
  bytesPerToken: undefined,
  tokens: undefined,
  maxModelLen: undefined,
  maxConcurrency: undefined,
  longestLength: undefined,
  requestGib: undefined,
  blocks: undefined,
  blockTokens: undefined,
};

/** Tokens, concurrency and lengths of the pool; what depends on something unknown stays undefined. */
export function cachePlan(pieces: Pieces, pool: Quantity | undefined): CachePlan {
  const { input, settings } = pieces;
  const shape = input.model?.shape;
  const length = settings.length;
  const layout = layoutOf(pieces);
  const request = requestSettings(pieces);
  if (shape === undefined || length === undefined || layout === undefined || request === undefined) {
    return { ...EMPTY_CACHE, maxModelLen: length && configured(length) };
  }
  const at = (gib: number, tokens: number): Capacity => {
    const bytes = Math.max(0, gib) * GIB;
    const modelLength = shape.maxLength ?? tokens;
    return capacity(
      layout,
      { bytes, modelLength, blocksOverride: input.numGpuBlocksOverride },
      tokens,
      request,
    );
  };
  const fitted = settings.autoLength && pool !== undefined;
  const used = fitted
    ? Math.max(1, Math.min(length.value, at(pool.value, length.value).longestLength))
    : length.value;
  const fixed = at(0, used);
  const inputs = cacheInputs(pieces, length);
  const requestFormula = `one request of ${used} tokens in blocks of ${layout.blockBytes} B`;
  const plan: CachePlan = {
    ...EMPTY_CACHE,
    bytesPerToken: exactly(fixed.bytesPerToken, tokenFormula(layout, used), inputs),
    requestGib: exactly(fixed.requestBytes / GIB, requestFormula, inputs),
    maxModelLen: settings.autoLength ? autoFitted(fitted, used, length) : configured(length),
    blockTokens: layout.block,
  };
  if (pool === undefined) return plan;
  return { ...plan, ...pooled(pool, (gib) => at(gib, used), layout, { used, inputs }) };
}

/** What changes with the size of the pool: the band of the pool goes through the same arithmetic. */
function pooled(
  pool: Quantity,
  at: (gib: number) => Capacity,
  layout: CacheLayout,
  { used, inputs }: { readonly used: number; readonly inputs: readonly Ingredient[] },
): Pick<CachePlan, "blocks" | "tokens" | "maxConcurrency" | "longestLength"> {
  const [low, value, high] = [at(pool.low), at(pool.value), at(pool.high)];
  const all = [...inputs, { name: "KV cache", value: `${pool.value.toFixed(2)} GiB`, origin: "computed" }];
  const of = (pick: (capacity: Capacity) => number, formula: string): Quantity =>
    between(pick(low), pick(value), pick(high), formula, all);
  const perRequest = Math.round(value.requestBytes / (layout.checkedBlockBytes ?? layout.blockBytes));
  return {
    blocks: of((c) => c.blocks, `floor(${Math.max(0, pool.value).toFixed(2)} GiB / ${layout.blockBytes} B)`),
    tokens: of((c) => c.tokens, `${value.blocks} blocks, ${tokenFormula(layout, used)}`),
    maxConcurrency: of(
      (c) => c.maxConcurrency,
      `${value.blocks} blocks / ${perRequest} blocks of one request of ${used} tokens`,
    ),
    longestLength: of((c) => c.longestLength, `the longest request in ${value.blocks} blocks`),
  };
}

function configured(length: Given<number>): Quantity {
  return exactly(length.value, "as configured", [ingredient("model length", length)]);
}

function autoFitted(known: boolean, used: number, length: Given<number>): Quantity | undefined {
  return known ? exactly(used, "fitted to the pool", [ingredient("model length", length)]) : undefined;
}

/** Settings that change the cache and cannot be seen. */
function hidden({ input }: Pieces): boolean {
  const stateful = input.model?.shape.state !== undefined;
  const names: SettingName[] = [
    "speculative",
    "decodeContextParallel",
    "prefillContextParallel",
    "disableHybridManager",
    "numGpuBlocksOverride",
  ];
  if (stateful) names.push("stateDtype", "mambaCacheMode", "enablePrefixCaching");
  return names.some((name) => input.unknown?.includes(name));
}

export function layoutOf({ input, settings, runner }: Pieces): CacheLayout | undefined {
  const { tensor, pipeline, cacheDtype, dtype, block } = settings;
  const shape = input.model?.shape;
  if (
    !shape?.cacheKnown ||
    !tensor ||
    !pipeline ||
    !cacheDtype ||
    !dtype ||
    !block ||
    hidden({ input, settings, runner })
  )
    return undefined;
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
    if (
      input.model?.shape.cache.some(
        (layers) => layers.kind !== "full" && layers.kind !== "latent" && layers.kind !== "state",
      )
    )
      return undefined;
  }
  const tokens = settings.tokens?.value ?? 2048;
  return {
    version: input.version,
    maxBatchedTokens: tokens,
    concurrentBatches: settings.batches,
    contextParallel: (input.decodeContextParallel ?? 1) * (input.prefillContextParallel ?? 1),
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
  const out: Ingredient[] = [
    { name: "model", value: input.model?.id ?? "", origin: input.model?.source ?? "" },
    ingredient("model length", length),
  ];
  if (settings.cacheDtype) out.push(ingredient("KV cache dtype", settings.cacheDtype));
  if (settings.tensor) out.push(ingredient("tensor parallel size", settings.tensor));
  return out;
}

function exactly(value: number, formula: string, inputs: readonly Ingredient[]): Quantity {
  return banded(value, 0, formula, inputs);
}
