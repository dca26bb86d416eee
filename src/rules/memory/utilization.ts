import { defaultUtilization } from "../../sizing/defaults";
import { canSetArgument, setArgument } from "../../vllm/edit-arguments";
import type { VllmServer } from "../../vllm/model";
import type { Fix } from "../define";

export const UTILIZATION = "--gpu-memory-utilization";

export function setUtilization(server: VllmServer, value: number): readonly Fix[] {
  if (!canSetArgument(server, UTILIZATION)) return [];
  return [
    {
      title: `Set \`${UTILIZATION}\` to \`${value}\``,
      apply: (editor) => setArgument(editor, server, UTILIZATION, String(value)),
    },
  ];
}

export function usualUtilization(server: VllmServer): number {
  return defaultUtilization(server.version.version);
}

/** True when other processes use the same card, so that vLLM's share is a matter between them. */
export function sharesGpu(server: VllmServer): boolean {
  return server.gpu.shared || /(^|\/)mig-|\.shared$/.test(server.gpu.resource ?? "");
}

/** What the memory plan is made for. A TPU or a CPU divides its memory in its own way. */
export function isPlannedHardware(server: VllmServer): boolean {
  return server.hardware === "cuda" || server.hardware === "rocm" || server.hardware === "unknown";
}
