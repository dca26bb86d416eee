import { isAtLeast } from "../vllm/version";
import type { PlanInput } from "./plan-types";
import type { Settings } from "./settings";
import { dtypeBytes } from "./quantization";

export interface Problem {
  readonly text: string;
  /** vLLM refuses to start; false when the value only cannot be used for a plan. */
  readonly fatal: boolean;
}

const LARGEST = 1e15;

/** Settings that contradict each other or no vLLM accepts, one sentence each. */
export function settingProblems(input: PlanInput, settings: Settings): Problem[] {
  const problems: Problem[] = [];
  const refuse = (text: string): void => void problems.push({ text, fatal: true });
  const counts: [string, number | undefined][] = [
    ["tensor parallel size", settings.tensor?.value],
    ["pipeline parallel size", settings.pipeline?.value],
    ["data parallel size", settings.data?.value],
    ["decode context parallel size", input.decodeContextParallel],
    ["model length", settings.length?.value],
    ["number of sequences", settings.sequences?.value],
    ["number of batched tokens", settings.tokens?.value],
    ["block size", settings.block?.value],
  ];
  for (const [name, value] of counts) {
    if (value !== undefined && !(Number.isInteger(value) && value >= 1 && value <= LARGEST)) {
      refuse(`The ${name} must be a whole number of at least 1, not ${value}.`);
    }
  }
  const share = settings.utilization?.value;
  if (share !== undefined && !(share > 0 && share <= 1)) refuse(`The GPU memory utilization must lie above 0 and at most at 1, not at ${share}.`);
  for (const [name, value] of [["KV cache size", input.kvCacheMemoryBytes], ["CPU offload", input.cpuOffloadGb], ["number of GPU blocks", input.numGpuBlocksOverride]] as const) {
    if (value !== undefined && !(value >= 0 && value <= LARGEST)) refuse(`The ${name} must be 0 or more, not ${value}.`);
  }
  const memory = input.gpu?.memoryGib;
  if (memory !== undefined && !(memory > 0 && memory < 1e6)) refuse(`A GPU with ${memory} GiB of memory does not exist.`);
  if (problems.length === 0) problems.push(...modelProblems(input, settings));
  return problems;
}

function modelProblems(input: PlanInput, settings: Settings): Problem[] {
  const shape = input.model?.shape;
  if (shape === undefined) return [];
  const problems: Problem[] = [];
  const tensor = settings.tensor?.value;
  if (tensor !== undefined && shape.heads % tensor !== 0) {
    problems.push({ text: `Tensor parallel size ${tensor} does not divide the ${shape.heads} attention heads.`, fatal: true });
  }
  const pipeline = settings.pipeline?.value;
  if (pipeline !== undefined && pipeline > shape.layers) {
    problems.push({ text: `Pipeline parallel size ${pipeline} is more than the ${shape.layers} layers.`, fatal: true });
  }
  const length = settings.length?.value;
  if (length !== undefined && shape.maxLength !== undefined && length > shape.maxLength && !settings.defaulted.includes("maxModelLen")) {
    problems.push({ text: `The model length ${length} is more than the model's ${shape.maxLength}; vLLM refuses it unless VLLM_ALLOW_LONG_MAX_MODEL_LEN=1.`, fatal: false });
  }
  if (input.gpu && !input.gpu.bf16 && settings.dtype?.value === "bfloat16") {
    problems.push({ text: `${input.gpu.name} has no bfloat16.`, fatal: true });
  }
  if (settings.dtype && dtypeBytes(settings.dtype.value) === undefined) {
    problems.push({ text: `The dtype ${settings.dtype.value} is not known.`, fatal: false });
  }
  if (input.kvCacheMemoryBytes !== undefined && !isAtLeast(input.version, "0.10.2")) {
    problems.push({ text: "--kv-cache-memory-bytes exists from 0.10.2 on.", fatal: true });
  }
  return problems;
}
