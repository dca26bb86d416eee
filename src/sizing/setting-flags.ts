import type { SettingName } from "./plan-types";

/** What a person would have to write for a setting: its flag, or what it is where there is none. */
const OTHERS: Partial<Record<SettingName, string>> = {
  tensorParallel: "tensor-parallel-size",
  pipelineParallel: "pipeline-parallel-size",
  dataParallel: "data-parallel-size",
  expertParallel: "enable-expert-parallel",
  decodeContextParallel: "decode-context-parallel-size",
  lora: "enable-lora",
  speculative: "speculative-config",
  disableHybridManager: "disable-hybrid-kv-cache-manager",
  chunkedPrefill: "enable-chunked-prefill",
  textOnly: "limit-mm-per-prompt",
  stateDtype: "mamba-ssm-cache-dtype",
  kvOffload: "kv-transfer-config",
};

/** `` `--tensor-parallel-size` `` for `tensorParallel`; most flags are the setting's name in kebab case. */
export function settingText(name: SettingName): string {
  if (name === "gpu") return "the GPU";
  if (name === "model") return "the model";
  const flag = OTHERS[name] ?? name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return `\`--${flag}\``;
}
