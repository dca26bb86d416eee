import { isAtLeast, type VllmVersion } from "../vllm/version";

/** The text of vLLM's own refusal when weights and activations leave nothing for the cache. */
export function noMemoryText(version: VllmVersion): string {
  const cpu = isAtLeast(version, "0.22")
    ? " (this flag also controls CPU memory reservation on the CPU backend, despite its name)"
    : "";
  return `No available memory for the cache blocks. Try increasing \`gpu_memory_utilization\` when initializing the engine${cpu}.`;
}

export interface LengthFacts {
  readonly length: number;
  readonly neededGib: number;
  readonly availableGib: number;
  /** The longest length that fits, 0 when none does. */
  readonly longest: number;
  readonly tokens: number;
}

/** The text when one request of the full length does not fit. */
export function tooLongText(version: VllmVersion, facts: LengthFacts): string {
  const { length, neededGib, availableGib, longest, tokens } = facts;
  if (!isAtLeast(version, "0.7.3")) {
    return (
      `The model's max seq len (${length}) is larger than the maximum number of tokens that can be stored in KV cache (${tokens}). ` +
      "Try increasing `gpu_memory_utilization` or decreasing `max_model_len` when initializing the engine."
    );
  }
  const unit = isAtLeast(version, "0.8.3") ? "GiB" : "GB";
  const owner = isAtLeast(version, "0.22") ? "model's" : "models's";
  const estimate =
    isAtLeast(version, "0.8.4") && longest > 0
      ? `Based on the available memory, the estimated maximum model length is ${longest}. `
      : "";
  const cpu = isAtLeast(version, "0.22") ? " (which also controls CPU memory on the CPU backend)" : "";
  return (
    `To serve at least one request with the ${owner} max seq len (${length}), (${neededGib.toFixed(2)} ${unit} KV cache is needed, ` +
    `which is larger than the available KV cache memory (${availableGib.toFixed(2)} ${unit}). ${estimate}` +
    `Try increasing \`gpu_memory_utilization\`${cpu} or decreasing \`max_model_len\` when initializing the engine.`
  );
}

/** Torch's own text when the weights alone are more than the device holds. */
export function outOfMemoryText(totalGib: number): string {
  return `CUDA out of memory. GPU 0 has a total capacity of ${totalGib.toFixed(2)} GiB`;
}
