import { isAtLeast, type VllmVersion } from "../vllm/version";
import type { ModelShape } from "./model-shape";

/** Share of the device when the flag is absent: 0.9, from 0.20 on 0.92 (vllm/config/cache.py). */
export function defaultUtilization(version: VllmVersion): number {
  return isAtLeast(version, "0.20") ? 0.92 : 0.9;
}

export interface DeviceClass {
  readonly memoryGib: number;
  readonly name: string;
  readonly offline: boolean;
  /** The engine before V1, which has other defaults. */
  readonly oldEngine: boolean;
}

/**
 * `max_num_seqs` when not given: 256 in V0; 1024 in 0.8.0 to 0.8.3; then 1024 on devices of 70 GiB or more, from 0.9 on A100s
 * excepted, else 256.
 * Source: vllm/engine/arg_utils.py at v0.8.0 to v0.10.0 and August 2026.
 */
export function defaultSequences(version: VllmVersion, device: DeviceClass): number {
  if (device.oldEngine) return 256;
  if (!isAtLeast(version, "0.8.4")) return 1024;
  return isLarge(version, device) ? 1024 : 256;
}

/**
 * `max_num_batched_tokens` when not given. API server: 8192 on large devices, else 2048; 16384 on devices of 160 GiB or more from
 * 0.28 on; the offline class has 16384 and 8192. V0: the model length, at least 2048, unless prefill is chunked (512, in 0.7 2048).
 * Source: vllm/engine/arg_utils.py and vllm/config.py at the versions named.
 */
export function defaultBatchedTokens(
  version: VllmVersion,
  device: DeviceClass,
  length: number,
  chunked: boolean,
): number {
  if (device.oldEngine) {
    if (chunked) return isAtLeast(version, "0.7") ? 2048 : 512;
    return Math.max(2048, length);
  }
  if (device.offline) return isLarge(version, device) ? 16384 : 8192;
  if (!isLarge(version, device)) return 2048;
  return isAtLeast(version, "0.28") && device.memoryGib >= 160 ? 16384 : 8192;
}

export function isLarge(version: VllmVersion, device: DeviceClass): boolean {
  if (device.memoryGib < 70) return false;
  return !isAtLeast(version, "0.9") || !/a100/i.test(device.name);
}

/**
 * V0 chunked the prefill of prompts by itself only above 32768 tokens, and never for models with images, sliding windows, LoRA or
 * speculative decoding (create_engine_config in vllm/engine/arg_utils.py at v0.6): Qwen2.5-VL 3B at 128000 tokens left 3040 tokens of cache on 32 GB.
 */
export function chunkedByDefault(
  version: VllmVersion,
  length: number,
  oldEngine: boolean,
  whole: boolean,
): boolean {
  return !oldEngine || (isAtLeast(version, "0.4.3") && length > 32768 && !whole);
}

/**
 * Tokens of one KV block: 16; the latent kernels of Hopper take 64 and those of Blackwell 128.
 * Source: platform code of vllm/platforms/cuda.py.
 */
export function defaultBlock(
  shape: ModelShape,
  version: VllmVersion,
  capability: string | undefined,
): number {
  if (shape.mla === undefined || !isAtLeast(version, "0.8")) return 16;
  const generation = capability === undefined ? Number.NaN : Number.parseFloat(capability);
  if (generation >= 10 && generation < 12) return isAtLeast(version, "0.10") ? 128 : 64;
  return generation >= 9 && generation < 10 ? 64 : 16;
}

/** Asynchronous scheduling is on by itself from 0.14 on without a pipeline; it keeps two batches in flight. */
export function concurrentBatches(
  version: VllmVersion,
  pipeline: number,
  asynchronous: boolean | undefined,
): number {
  if (pipeline > 1) return pipeline;
  return (asynchronous ?? isAtLeast(version, "0.14")) ? 2 : 1;
}
