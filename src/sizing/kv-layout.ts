import { isAtLeast, type VllmVersion } from "../vllm/version";
import { compressedLayout } from "./kv-compressed";
import { type CacheSettings, layerPages, type LayerPage } from "./kv-pages";
import { ceilDiv } from "./quantity";

/** Layers that share one block table; every group draws its blocks from one pool. */
export interface CacheGroup {
  readonly kind: LayerPage["kind"];
  readonly layers: number;
  /** Tokens in one block of this group. */
  readonly block: number;
  readonly window: number;
}

export interface CacheLayout {
  /** Bytes that the start-up check charges for a block; `blockBytes` when absent. */
  readonly checkedBlockBytes?: number;
  readonly groups: readonly CacheGroup[];
  /** Bytes that one block takes from the pool on one GPU. */
  readonly blockBytes: number;
  /** Tokens of the smallest block. */
  readonly block: number;
  /** Layers that only pad a short group. */
  readonly padding: number;
}

/**
 * Sorts the layers into groups as vLLM's hybrid KV cache manager does.
 *
 * One kind of layer: one group, `block bytes = sum of the layers' pages`. Several kinds: pages are made equal (a smaller page
 * gets a larger block when it divides, else it is padded), the group size is the smallest kind's layer count, or the
 * largest's when that is less than 1.5 times as many; each kind is cut into groups of that size and
 * `block bytes = page x group size`.
 * Source: vllm/v1/core/kv_cache_utils.py (get_kv_cache_groups, unify_kv_cache_spec_page_size) of vLLM.
 */
export function cacheLayout(settings: CacheSettings): CacheLayout | undefined {
  const compressed = settings.shape.cache.find((layers) => layers.kind === "compressed");
  if (compressed) return compressedLayout(compressed);
  const pages = layerPages(settings);
  if (pages.length === 0) return undefined;
  const block = Math.min(...pages.map((page) => page.block));
  if (pages.every((page) => sameTable(page, pages[0]))) {
    const blockBytes = pages.reduce((sum, page) => sum + page.layers * page.bytes, 0);
    const layers = pages.reduce((sum, page) => sum + page.layers, 0);
    const first = pages[0];
    if (first === undefined || blockBytes <= 0) return undefined;
    return {
      groups: [{ kind: first.kind, layers, block, window: first.window }],
      blockBytes,
      block,
      padding: 0,
    };
  }
  const page = Math.max(...pages.map((each) => each.bytes));
  const counts = pages.map((each) => each.layers);
  const smallest = Math.min(...counts);
  const largest = Math.max(...counts);
  const size = largest < smallest * 1.5 ? largest : smallest;
  const groups: CacheGroup[] = [];
  let padding = 0;
  for (const each of pages) {
    const parts = ceilDiv(each.layers, size);
    padding += parts * size - each.layers;
    const grown =
      each.kind !== "state" && page % each.bytes === 0 ? each.block * (page / each.bytes) : each.block;
    for (let i = 0; i < parts; i++)
      groups.push({ kind: each.kind, layers: size, block: grown, window: each.window });
  }
  return { groups, blockBytes: page * size, block: Math.min(...groups.map((group) => group.block)), padding };
}

function sameTable(a: LayerPage, b: LayerPage | undefined): boolean {
  return b !== undefined && a.kind === b.kind && a.window === b.window && a.block === b.block;
}

export interface RequestSettings {
  readonly version: VllmVersion;
  readonly maxBatchedTokens: number;
  /** Batches in flight: 2 with asynchronous scheduling, the stages of a pipeline, else 1. */
  readonly concurrentBatches: number;
  readonly contextParallel: number;
  readonly speculativeTokens: number;
  /** Where a state is kept: one block, two when aligned for prefix caching, or one per block of tokens. */
  readonly stateMode: "none" | "align" | "all";
  /** Tokens of an encoder whose keys and values are cached, per request. */
  readonly encoderTokens: number;
}

/**
 * Blocks that one request of a length holds, over all groups.
 *
 * full: `ceil(length / block)`; sliding: `ceil(min(window - 1 + in flight, length) / block) + 1`; chunked: the same without
 * the last block; state: 1, or 2 when aligned, plus one per speculative token; in flight = batched tokens x batches (from 0.26 on).
 * Source: vllm/v1/kv_cache_interface.py of vLLM.
 */
export function blocksPerRequest(layout: CacheLayout, length: number, settings: RequestSettings): number {
  let blocks = 0;
  for (const group of layout.groups) blocks += groupBlocks(group, length, settings);
  return blocks;
}

function groupBlocks(group: CacheGroup, length: number, s: RequestSettings): number {
  const batches = isAtLeast(s.version, "0.26") ? s.concurrentBatches : 1;
  const inFlight = s.maxBatchedTokens * batches;
  switch (group.kind) {
    case "full":
    case "latent":
      return ceilDiv(ceilDiv(length, s.contextParallel), group.block);
    case "sliding":
      return ceilDiv(Math.min(group.window - 1 + inFlight, length), group.block) + 1;
    case "chunked":
      return ceilDiv(Math.min(group.window + inFlight, length), group.block);
    case "cross":
      return ceilDiv(s.encoderTokens, group.block);
    case "state": {
      if (s.stateMode === "all") return ceilDiv(length, group.block) + s.speculativeTokens;
      return (s.stateMode === "align" ? 2 : 1) + s.speculativeTokens;
    }
  }
}
