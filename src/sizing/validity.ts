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

type Check = readonly [name: string, value: number | undefined];

/** Settings that contradict each other or no vLLM accepts, one sentence each. */
export function settingProblems(input: PlanInput, settings: Settings): Problem[] {
  const problems = [
    ...countProblems(input, settings),
    ...amountProblems(input),
    ...deviceProblems(input, settings),
  ];
  return problems.length > 0
    ? problems
    : [...parallelProblems(input, settings), ...modelProblems(input, settings)];
}

function countProblems(input: PlanInput, s: Settings): Problem[] {
  const counts: Check[] = [
    ["tensor parallel size", s.tensor?.value],
    ["pipeline parallel size", s.pipeline?.value],
    ["data parallel size", s.data?.value],
    ["decode context parallel size", input.decodeContextParallel],
    ["prefill context parallel size", input.prefillContextParallel],
    ["model length", s.length?.value],
    ["number of sequences", s.sequences?.value],
    ["number of batched tokens", s.tokens?.value],
    ["block size", s.block?.value],
  ];
  return counts
    .filter(
      ([, value]) => value !== undefined && !(Number.isInteger(value) && value >= 1 && value <= LARGEST),
    )
    .map(([name, value]) => fatal(`The ${name} must be a whole number of at least 1, not ${value}.`));
}

function amountProblems(input: PlanInput): Problem[] {
  const amounts: Check[] = [
    ["KV cache size", input.kvCacheMemoryBytes],
    ["CPU offload", input.cpuOffloadGb],
    ["number of GPU blocks", input.numGpuBlocksOverride],
    ["number of LoRA slots", input.lora?.slots],
    ["LoRA rank", input.lora?.rank],
    ["number of speculative tokens", input.speculative?.tokens],
  ];
  return amounts
    .filter(([, value]) => value !== undefined && !(value >= 0 && value <= LARGEST))
    .map(([name, value]) => fatal(`The ${name} must be 0 or more, not ${value}.`));
}

function deviceProblems(input: PlanInput, settings: Settings): Problem[] {
  const problems: Problem[] = [];
  const share = settings.utilization?.value;
  if (share !== undefined && !(share > 0 && share <= 1)) {
    problems.push(fatal(`The GPU memory utilization must lie above 0 and at most at 1, not at ${share}.`));
  }
  const memory = input.gpu?.memoryGib;
  if (memory !== undefined && !(memory > 0 && memory < 1e6))
    problems.push(fatal(`A GPU with ${memory} GiB of memory does not exist.`));
  if (input.kvCacheMemoryBytes !== undefined && !isAtLeast(input.version, "0.10.2")) {
    problems.push(fatal("--kv-cache-memory-bytes exists from 0.10.2 on."));
  }
  return problems;
}

function parallelProblems(input: PlanInput, settings: Settings): Problem[] {
  const shape = input.model?.shape;
  if (shape === undefined) return [];
  const problems: Problem[] = [];
  const tensor = settings.tensor?.value;
  if (tensor !== undefined && shape.heads % tensor !== 0) {
    problems.push(
      fatal(`Tensor parallel size ${tensor} does not divide the ${shape.heads} attention heads.`),
    );
  }
  const pipeline = settings.pipeline?.value;
  if (pipeline !== undefined && pipeline > shape.layers) {
    problems.push(fatal(`Pipeline parallel size ${pipeline} is more than the ${shape.layers} layers.`));
  }
  const context = input.decodeContextParallel;
  if (context !== undefined && tensor !== undefined && tensor % context !== 0) {
    problems.push(
      fatal(`Decode context parallel size ${context} does not divide tensor parallel size ${tensor}.`),
    );
  }
  return problems;
}

function modelProblems(input: PlanInput, settings: Settings): Problem[] {
  const shape = input.model?.shape;
  if (shape === undefined) return [];
  const problems: Problem[] = [];
  const length = settings.length?.value;
  if (
    length !== undefined &&
    shape.maxLength !== undefined &&
    length > shape.maxLength &&
    !settings.defaulted.includes("maxModelLen")
  ) {
    problems.push({
      text: `The model length ${length} is more than the model's ${shape.maxLength}; vLLM refuses it unless VLLM_ALLOW_LONG_MAX_MODEL_LEN=1.`,
      fatal: false,
    });
  }
  if (input.gpu && !input.gpu.bf16 && settings.dtype?.value === "bfloat16")
    problems.push(fatal(`${input.gpu.name} has no bfloat16.`));
  if (settings.dtype && dtypeBytes(settings.dtype.value) === undefined) {
    problems.push({ text: `The dtype ${settings.dtype.value} is not known.`, fatal: false });
  }
  return problems;
}

function fatal(text: string): Problem {
  return { text, fatal: true };
}
