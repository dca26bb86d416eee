import { isAtLeast } from "../vllm/version";
import { blocksPerRequest, type CacheLayout, type RequestSettings } from "./kv-layout";

export interface Capacity {
  readonly blocks: number;
  /** As vLLM of that version prints it. */
  readonly tokens: number;
  /** Pool bytes of one printed token on one GPU. */
  readonly bytesPerToken: number;
  /** Requests of the full length that fit at once. */
  readonly maxConcurrency: number;
  /** Bytes that one request of the full length takes. */
  readonly requestBytes: number;
  /** The longest length of which one request fits, not above the configured one when that fits. */
  readonly longestLength: number;
}

export interface Pool {
  readonly bytes: number;
  /** Bound of the search for the longest length. */
  readonly modelLength: number;
  /** `--num-gpu-blocks-override`. */
  readonly blocksOverride: number | undefined;
}

/**
 * What a pool of bytes holds.
 *
 * `blocks = floor(pool / block bytes)`; `concurrency = blocks / blocks of one request`. Printed tokens: up to 0.20
 * `floor(blocks / groups) x block x context parallel`, from 0.21 on `concurrency x length`.
 * Source: vllm/v1/core/kv_cache_utils.py of vLLM at 0.11, 0.20 and 0.28.
 */
export function capacity(
  layout: CacheLayout,
  pool: Pool,
  length: number,
  settings: RequestSettings,
): Capacity {
  const blocks = pool.blocksOverride ?? Math.max(0, Math.floor(pool.bytes / layout.blockBytes));
  const checked = layout.checkedBlockBytes ?? layout.blockBytes;
  const checkedBlocks = (blocks * layout.blockBytes) / checked;
  const perRequest = blocksPerRequest(layout, length, settings);
  const maxConcurrency = blocks / perRequest;
  const tokens = isAtLeast(settings.version, "0.21")
    ? Math.floor(maxConcurrency * length)
    : Math.floor(blocks / layout.groups.length) * layout.block * settings.contextParallel;
  return {
    blocks,
    tokens,
    bytesPerToken: printedTokenBytes(layout, length, settings),
    maxConcurrency,
    requestBytes: perRequest * checked,
    longestLength: longestLength(
      layout,
      Math.floor(checkedBlocks),
      Math.max(length, pool.modelLength),
      settings,
    ),
  };
}

/** Pool bytes behind one printed token, without the rounding to whole blocks. */
export function printedTokenBytes(layout: CacheLayout, length: number, settings: RequestSettings): number {
  if (!isAtLeast(settings.version, "0.21")) {
    return (layout.groups.length * layout.blockBytes) / (layout.block * settings.contextParallel);
  }
  return (blocksPerRequest(layout, length, settings) * layout.blockBytes) / length;
}

/** The largest length of which one request fits, by bisection as vLLM does it; 0 when not even one token fits. */
export function longestLength(
  layout: CacheLayout,
  blocks: number,
  limit: number,
  settings: RequestSettings,
): number {
  let low = 0;
  let high = Math.max(1, Math.floor(limit));
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (blocksPerRequest(layout, middle, settings) <= blocks) low = middle;
    else high = middle - 1;
  }
  return low;
}
