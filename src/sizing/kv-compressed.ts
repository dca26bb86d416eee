import type { CompressedLayers } from "./model-shape";
import type { CacheGroup, CacheLayout } from "./kv-layout";
import { ceilDiv, roundUp } from "./quantity";

/** Tokens of a block of the compressed part; a window block holds as many stored rows as one compressed 4 times. */
const BLOCK = 256;
/** Bytes of one stored row: 448 of fp8, 128 of rotary bfloat16, 8 of scales. */
const ROW = 584;
/** Pages are aligned for the kernel. */
const ALIGNMENT = 576;

/**
 * DeepSeek V4's cache: the global part (rows compressed 4 or 128 times, with an indexer beside the former) is one group; the
 * windows of all layers and the compressors' running states are further groups with small blocks, cut into pieces of n layers.
 * One block of the pool is as wide as the widest group; the start-up check charges `n x (the three page sizes)` for it.
 * Checked on a failure that names 6.66 GiB for 30000 tokens and 13528 tokens as the longest in 5.44 GiB: both exact.
 * Source: vllm/models/deepseek_v4 and vllm/v1/core/kv_cache_utils.py of vLLM, August 2026.
 */
export function compressedLayout(layers: CompressedLayers): CacheLayout {
  const rows = BLOCK / 4;
  const main = roundUp(rows * ROW, ALIGNMENT);
  const index = roundUp(rows * (layers.indexDim + 4), ALIGNMENT);
  const coarse = roundUp((BLOCK / 128) * ROW, ALIGNMENT);
  const fineState = roundUp(4 * 4 * layers.headDim * 4, ALIGNMENT);
  const coarseState = roundUp(8 * 2 * layers.headDim * 4, ALIGNMENT);
  const indexState = roundUp(4 * 4 * layers.indexDim * 4, ALIGNMENT);
  const least = Math.max(layers.fine, layers.coarse);
  const piece = cheapestPiece([least, layers.layers, layers.fine, layers.coarse], least);
  const groups: CacheGroup[] = [
    { kind: "full", layers: layers.fine + layers.coarse, block: BLOCK, window: 0 },
  ];
  const add = (count: number, block: number, window: number): void => {
    for (let i = 0; i < ceilDiv(count, piece); i++)
      groups.push({ kind: "sliding", layers: Math.min(piece, count), block, window });
  };
  add(layers.layers, rows, layers.window);
  add(layers.fine, 4, 8);
  add(layers.coarse, 8, 128);
  const widths = [
    layers.fine * (main + index) + layers.coarse * coarse,
    Math.min(piece, layers.layers) * main,
    layers.fine * (fineState + indexState),
    layers.coarse * coarseState,
  ];
  return {
    groups,
    blockBytes: Math.max(...widths),
    checkedBlockBytes: piece * (main + index + coarse),
    block: BLOCK,
    padding: 0,
  };
}

/** The piece size, at least as large as given, that pads the counts least; the larger of equals. */
function cheapestPiece(counts: readonly number[], least: number): number {
  let best = Math.max(1, least);
  let lowest = Number.POSITIVE_INFINITY;
  for (let piece = best; piece <= Math.max(...counts); piece++) {
    const padding = counts.reduce((sum, count) => sum + ((piece - (count % piece)) % piece), 0);
    if (padding <= lowest) [best, lowest] = [piece, padding];
  }
  return best;
}
