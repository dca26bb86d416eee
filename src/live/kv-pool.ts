/**
 * Tokens that an engine's KV cache holds, from the labels of `vllm:cache_config_info`: its own figure where the release has it,
 * else blocks times block size, which overstates models with mixed layers (`vllm/v1/metrics/loggers.py`). The smallest of all.
 */
export function kvPoolOf(all: readonly ReadonlyMap<string, string>[]): number | undefined {
  const pools = all.flatMap((labels) => {
    const own = Number(labels.get("kv_cache_size_tokens"));
    const tokens = own > 0 ? own : Number(labels.get("num_gpu_blocks")) * Number(labels.get("block_size"));
    return Number.isFinite(tokens) && tokens > 0 ? [tokens] : [];
  });
  return pools.length === 0 ? undefined : Math.min(...pools);
}

/** Measured against planned, in percent; undefined within the plan's own error band. */
export function poolDifference(
  measured: number,
  plan: { value: number; low: number; high: number },
): number | undefined {
  if (measured >= plan.low && measured <= plan.high) return undefined;
  return ((measured - plan.value) / plan.value) * 100;
}

/** A measured pool as vLLM prints it while it starts (`vllm/v1/core/kv_cache_utils.py`): what is kept of a log is kept of it. */
export function poolAsLog(tokens: number): string {
  return `GPU KV cache size: ${tokens.toLocaleString("en")} tokens`;
}
