interface Entry {
  readonly type?: unknown;
  readonly path?: unknown;
  readonly size?: unknown;
}

export interface WeightFiles {
  readonly bytes: number | undefined;
  /** `hf_quant_config.json` is there. */
  readonly hasQuantization: boolean;
}

/**
 * The size of the files that vLLM loads, from a listing of the Hub (`api/models/<id>/tree/main`): safetensors before .bin,
 * without the second copy that Mistral publishes as `consolidated*` and without adapters.
 * Source: vllm/model_executor/model_loader/default_loader.py and weight_utils.py.
 */
export function weightBytesIn(listing: unknown): WeightFiles {
  const files = (Array.isArray(listing) ? (listing as readonly unknown[]) : []).flatMap((entry) => {
    const { type, path, size } = (entry ?? {}) as Entry;
    return type === "file" && typeof path === "string" && typeof size === "number" && size >= 0
      ? [{ path, size }]
      : [];
  });
  const named = (pattern: RegExp): typeof files => files.filter(({ path }) => pattern.test(path));
  const safetensors = named(/^(?!adapter_|.*lora).*\.safetensors$/i);
  const shards = safetensors.filter(({ path }) => !/^consolidated/.test(path));
  const chosen = [shards, safetensors, named(/^pytorch_model.*\.bin$/)].find((list) => list.length > 0) ?? [];
  const bytes = chosen.reduce((sum, { size }) => sum + size, 0);
  return {
    bytes: bytes > 0 ? bytes : undefined,
    hasQuantization: files.some(({ path }) => path === "hf_quant_config.json"),
  };
}
