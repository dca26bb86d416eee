import type { LoadEstimate } from "../sizing/load";
import { parameterParts } from "../sizing/parameters";
import type { MemoryPlan, PlanInput } from "../sizing/plan-types";
import { resolveSettings } from "../sizing/settings";
import { stepSeconds, type Hardware, type Work } from "./speed";

/** What one replica can do, each number from the sizing plan. */
export interface Capacity {
  /** Data-parallel engines in a pod, each with a batch and a KV cache of its own. */
  readonly engines: number;
  readonly sequences: number;
  readonly batchedTokens: number;
  readonly cacheTokens: number;
  readonly maxLength: number;
  readonly hardware: Hardware;
  readonly work: Work;
  /** From the pod's creation to its first request, without scheduling and image pull. */
  readonly coldStartSeconds: { readonly low: number; readonly typical: number; readonly high: number };
}

const GIB = 2 ** 30;

/** The capacity of a server, or the sentence that tells what is missing for it. */
export function capacityOf(
  input: PlanInput,
  plan: MemoryPlan,
  load: LoadEstimate,
): Capacity | { readonly problem: string } {
  const { gpu } = plan;
  const shape = plan.model?.shape;
  if (!shape) return missing("the model is not known");
  if (!gpu)
    return missing("the GPU is not known; name it in a node selector or in the setting `vllmK8s.assume.gpu`");
  if (gpu.bandwidth === undefined || gpu.tflops === undefined)
    return missing(`how fast ${gpu.name} is, is not known`);
  if (plan.fits === "no")
    return { problem: `The server does not start, so there is nothing to scale. ${plan.reasons.join(" ")}` };
  const settings = resolveSettings(input);
  const { weights, kvCache, kv } = plan;
  const tokens = kv.tokens?.value;
  if (!weights || !kvCache || !tokens) return missing("its memory plan is not complete");
  const { tensor, pipeline, data, sequences, tokens: batched } = settings;
  if (!tensor || !pipeline || !data || !sequences || !batched || !kv.maxModelLen)
    return missing("a setting of its engine is not known");
  return {
    engines: data.value,
    sequences: sequences.value,
    batchedTokens: batched.value,
    cacheTokens: Math.floor(tokens),
    maxLength: kv.maxModelLen.value,
    hardware: {
      gpus: tensor.value,
      bandwidth: gpu.bandwidth * 1e9,
      operations: gpu.tflops * 1e12 * (computesInFp8(input, gpu.fp8) ? 2 : 1),
      linked: gpu.link === "all",
    },
    // Stages of a pipeline work on different batches; one token still passes all of them in turn.
    work: workOf(
      shape,
      weights.value * GIB * pipeline.value,
      (kvCache.value * GIB * pipeline.value) / tokens,
    ),
    coldStartSeconds: coldStart(load),
  };
}

function missing(what: string): { readonly problem: string } {
  return { problem: `This cannot be simulated: ${what}.` };
}

function computesInFp8({ model, quantization }: PlanInput, gpuCan: boolean): boolean {
  const found = model?.shape.quantization;
  return gpuCan && (quantization === "fp8" || (found?.method === "fp8" && found.bits === 8));
}

function workOf(shape: NonNullable<MemoryPlan["model"]>["shape"], bytes: number, cacheBytes: number): Work {
  const { moe, layers, hidden } = shape;
  const parameters =
    shape.parameters ?? parameterParts(shape).reduce((sum, part) => sum + part.parameters, 0);
  const routed = moe
    ? (moe.expertParameters ?? moe.layers * moe.experts * shape.mlpMatrices * hidden * moe.ffn)
    : 0;
  const share = moe ? Math.min(1, moe.perToken / moe.experts) : 1;
  const part = parameters > 0 ? Math.min(1, routed / parameters) : 0;
  return {
    denseBytes: bytes * (1 - part),
    experts: moe && { bytes: bytes * part, share },
    cacheBytes,
    parameters: parameters - routed * (1 - share),
    layers,
    hidden,
  };
}

/** Where the size of the weights is not known nothing above would be either. */
function coldStart({ lowSeconds, highSeconds }: LoadEstimate): Capacity["coldStartSeconds"] {
  const low = Math.max(1, lowSeconds ?? 60);
  const high = Math.max(low, highSeconds ?? 600);
  return { low, typical: Math.sqrt(low * high), high };
}

/**
 * Requests a second that one replica serves for as long as one likes: with its batch as full as sequences and KV cache allow, each step
 * makes one token for all of them and computes the prompts of as many new ones as leave.
 */
export function sustainableRate(capacity: Capacity, prompt: number, output: number): number {
  const { engines, sequences, cacheTokens, batchedTokens, work, hardware } = capacity;
  const each = prompt + output / 2;
  const batch = Math.max(1, Math.min(sequences, Math.floor(cacheTokens / each)));
  const prefill = Math.min(Math.max(1, batchedTokens - batch), (batch * prompt) / output);
  const seconds = stepSeconds({ decoding: batch, context: batch * each, prefill }, work, hardware);
  // A prompt that the budget cannot follow holds the others up.
  const steps = Math.max(output, (batch * prompt) / Math.max(1, batchedTokens - batch));
  return (engines * batch) / (steps * seconds);
}
