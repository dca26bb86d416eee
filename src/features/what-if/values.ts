import { canSetGpuCount } from "../../rules/gpu-count";
import type { PlanInput } from "../../sizing/plan-types";
import { canSetArgument } from "../../vllm/edit-arguments";
import type { VllmServer } from "../../vllm/model";

/** More GPUs than a node commonly has are another design, not a choice of flags. */
const NODE_GPUS = 8;

/** The present tensor parallel size, then those that divide the attention heads and stay on one node. */
export function tensorSizes(server: VllmServer, input: PlanInput): readonly (number | undefined)[] {
  const isKnown = !input.unknown?.includes("tensorParallel");
  const now = isKnown ? (input.tensorParallel ?? 1) : undefined;
  const heads = input.model?.shape.heads;
  if (now === undefined || heads === undefined || !canShard(server)) return [now];
  const [pipeline, data] = ["--pipeline-parallel-size", "--data-parallel-size"].map((flag) =>
    server.engine.integer(flag),
  );
  if (!pipeline?.known || !data?.known) return [now];
  const others = pipeline.value * data.value;
  return [now, ...[1, 2, 4, 8].filter((n) => n !== now && heads % n === 0 && n * others <= NODE_GPUS)];
}

function canShard(server: VllmServer): boolean {
  const { gpu, multiNode } = server;
  const isWritable = canSetGpuCount(server) && canSetArgument(server, "--tensor-parallel-size");
  return isWritable && !multiNode && !gpu.shared && !gpu.resource?.includes("mig-");
}

/** The present length, then powers of two from 4k to the model's own, which comes last. */
export function lengths(server: VllmServer, input: PlanInput): readonly (number | "auto" | undefined)[] {
  const now = input.maxModelLen;
  const longest = input.model?.shape.maxLength;
  if (input.unknown?.includes("maxModelLen") || longest === undefined) return [now];
  if (!canSetArgument(server, "--max-model-len")) return [now];
  const steps = [];
  for (let length = 4096; length < longest; length *= 2) steps.push(length);
  return [now, ...[...steps, longest].filter((length) => length !== now)];
}

/** The present KV cache dtype, then the other one of `auto` and `fp8`; latent caches have formats of their own. */
export function cacheTypes(server: VllmServer, input: PlanInput): readonly string[] {
  const now = input.kvCacheDtype ?? "auto";
  const shape = input.model?.shape;
  const isFixed =
    input.unknown?.includes("kvCacheDtype") ||
    shape === undefined ||
    shape.mla !== undefined ||
    shape.quantization?.kvCacheDtype !== undefined ||
    !canSetArgument(server, "--kv-cache-dtype");
  return isFixed ? [now] : [now, ...["auto", "fp8"].filter((dtype) => dtype !== now)];
}
