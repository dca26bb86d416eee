import type { MemoryPlan, PlanInput } from "../../../src/sizing/plan-types";

export interface PeerAnswer {
  readonly weightsGib: number | undefined;
  readonly poolGib: number | undefined;
  readonly concurrency: number | undefined;
}

/** What another tool's published formula says about a row; our own shapes are its inputs. */
export interface Peer {
  readonly name: string;
  answer(input: PlanInput, plan: MemoryPlan): PeerAnswer | undefined;
}

function facts(input: PlanInput):
  | {
      total: number;
      share: number;
      tp: number;
      pp: number;
      dp: number;
      params: number;
      bytes: number;
      length: number;
    }
  | undefined {
  const shape = input.model?.shape;
  if (!shape || !input.gpu || shape.parameters === undefined) return undefined;
  const bits = shape.quantization?.bits ?? 16;
  return {
    total: input.gpu.memoryGib,
    share: input.gpuMemoryUtilization ?? 0.9,
    tp: input.tensorParallel ?? 1,
    pp: input.pipelineParallel ?? 1,
    dp: input.dataParallel ?? 1,
    params: shape.parameters,
    bytes: bits / 8,
    length: typeof input.maxModelLen === "number" ? input.maxModelLen : (shape.maxLength ?? 8192),
  };
}

/** 2 x layers x kv heads x dim x 2, latent models by their latent, nothing by version. */
function plainTokenBytes(input: PlanInput, latentByName: boolean): number {
  const shape = input.model?.shape;
  if (!shape) return 0;
  if (shape.mla && latentByName && /^DeepseekV[23]For/.test(shape.architecture))
    return shape.layers * (shape.mla.latent + shape.mla.rope) * 2;
  return 2 * shape.layers * shape.kvHeads * shape.headDim * 2;
}

/** "Parameters times two bytes plus a quarter": what is left of the budget is the cache. */
const article: Peer = {
  name: "params x 2 + 25 %",
  answer(input) {
    const f = facts(input);
    if (!f) return undefined;
    const gpus = f.tp * f.pp;
    const weightsGib = (f.params * 2) / 2 ** 30 / gpus;
    const poolGib = f.total * f.share - 1.25 * weightsGib;
    return {
      weightsGib: 1.25 * weightsGib,
      poolGib,
      concurrency: (poolGib * gpus * 2 ** 30) / (plainTokenBytes(input, false) * f.length),
    };
  },
};

/** llm-d planner: constants for activation by family, once per replica; non-torch 0.15 or 0.6 GiB a GPU. */
const planner: Peer = {
  name: "llm-d planner",
  answer(input, plan) {
    const f = facts(input);
    const shape = input.model?.shape;
    if (!f || !shape || !plan.weights) return undefined;
    const gpus = f.tp * f.pp;
    const weightsGib = (plan.checkpoint?.value ?? 0) / gpus;
    const architecture = shape.architecture;
    const activation = shape.moe
      ? 8
      : /^Llama/.test(architecture)
        ? 4.8
        : /^Qwen[23]/.test(architecture)
          ? 5.6
          : /^(Mistral3|Pixtral)/.test(architecture)
            ? 2.5
            : 5.5;
    const poolGib = f.total * f.share - weightsGib - activation / gpus - (f.tp > 1 ? 0.6 : 0.15);
    const concurrency = Math.floor(
      (Math.max(0, poolGib) * gpus * 2 ** 30) / (plainTokenBytes(input, true) * f.length),
    );
    return { weightsGib, poolGib: Math.max(0, poolGib), concurrency };
  },
};

/** aiconfigurator's overhead model: activation 2 x T x h x c, NCCL by size, 3.5 GiB of "other", 2 % off. */
const configurator: Peer = {
  name: "aiconfigurator",
  answer(input, plan) {
    const f = facts(input);
    const shape = input.model?.shape;
    if (!f || !shape || !plan.weights) return undefined;
    const step = Math.min(3, Math.floor(Math.log2(f.tp)));
    const c =
      (shape.moe || shape.mla
        ? [22, 13, 10, 10]
        : /^Llama/.test(shape.architecture)
          ? [11, 6.5, 5, 5]
          : [10, 6, 5, 5])[step] ?? 5;
    const tokens = input.maxNumBatchedTokens ?? 8192;
    const activation = (2 * tokens * shape.hidden * c) / 2 ** 30;
    const nccl = ([0, 342, 392, 392][step] ?? 392) / 1024;
    const weightsGib = (plan.checkpoint?.value ?? 0) / (f.tp * f.pp);
    const poolGib = (f.total * f.share - weightsGib - activation - nccl - 3.5) * 0.98;
    const perToken = shape.mla
      ? plainTokenBytes(input, true)
      : plainTokenBytes(input, true) / Math.min(f.tp, shape.kvHeads);
    return { weightsGib, poolGib, concurrency: (Math.max(0, poolGib) * 2 ** 30) / (perToken * f.length) };
  },
};

export const peers: readonly Peer[] = [article, planner, configurator];
