import type { HostPlan } from "../../sizing/host";
import type { LoadEstimate } from "../../sizing/load";
import type { Quantity } from "../../sizing/quantity";
import type { EngineConfig, VllmServer } from "../../vllm/model";
import { formatVersion } from "../../vllm/version";
import type { Folder } from "../workspace/folder";
import type { Plans } from "../workspace/plans";
import type { SourceFile } from "../workspace/workspace";
import { thousandths } from "../units";

/** One server's memory plan as the `size` command prints it; what is not known is null. GiB is 2^30 bytes. */
export interface SizedServer {
  readonly file: string;
  readonly object: { readonly kind: string; readonly name: string | null };
  readonly container: string;
  readonly model: { readonly id: string | null; readonly source: string };
  readonly gpu: {
    readonly name: string | null;
    readonly count: number | null;
    readonly memoryGiB: number | null;
    readonly source: string;
  };
  readonly vllmVersion: string;
  readonly parallel: { readonly tp: number | null; readonly pp: number | null; readonly dp: number | null };
  readonly perGpu: {
    readonly totalGiB: number | null;
    readonly budgetGiB: number | null;
    readonly weightsGiB: number | null;
    readonly activationGiB: number | null;
    readonly nonTorchGiB: number | null;
    readonly cudaGraphGiB: number | null;
    readonly kvCacheGiB: number | null;
  };
  readonly kv: {
    readonly bytesPerToken: number | null;
    readonly tokens: number | null;
    readonly maxModelLen: number | null;
    readonly maxConcurrency: number | null;
  };
  readonly fits: "yes" | "no" | "tight" | "unknown";
  readonly reasons: readonly string[];
  readonly assumptions: readonly { readonly name: string; readonly value: string; readonly origin: string }[];
  /** One pod, on its node. */
  readonly host: {
    /** Working set of the container, without page cache that can be taken back. */
    readonly ramGiB: number | null;
    /** The container's memory limit. */
    readonly ramLimitGiB: number | null;
    /** Used in /dev/shm, which counts as memory of the container. */
    readonly shmGiB: number | null;
    /** Written to the node's own disk by a download. */
    readonly ephemeralGiB: number | null;
    /** From the container's start to the first answer. */
    readonly loadSeconds: { readonly low: number | null; readonly high: number | null };
  };
}

export function sizeFile(file: SourceFile, folder: Folder): readonly SizedServer[] {
  if (file.status !== "analysed") return [];
  return folder.serversOf(file).map((server) => sized(file.path, server, folder.plans));
}

function sized(path: string, server: VllmServer, plans: Plans): SizedServer {
  const plan = plans.plan(server);
  const { engine, object } = server;
  return {
    file: path,
    object: { kind: object.kind, name: object.name ?? null },
    container: server.name,
    model: { id: engine.model.known ? engine.model.value : null, source: plan.model?.source ?? "unknown" },
    gpu: {
      name: plan.gpu?.name ?? null,
      count: server.gpu.count ?? null,
      memoryGiB: plan.gpu?.memoryGib ?? null,
      source: server.gpu.product?.from ?? (plan.gpu ? plan.gpu.origin : "unknown"),
    },
    vllmVersion: formatVersion(server.version.version),
    parallel: {
      tp: integer(engine, "--tensor-parallel-size"),
      pp: integer(engine, "--pipeline-parallel-size"),
      dp: integer(engine, "--data-parallel-size"),
    },
    perGpu: {
      totalGiB: rounded(plan.total),
      budgetGiB: rounded(plan.budget),
      // A range from the name alone stands among the assumptions.
      weightsGiB: plan.model === undefined ? null : rounded(plan.weights),
      activationGiB: rounded(plan.activation),
      nonTorchGiB: rounded(plan.nonTorch),
      cudaGraphGiB: rounded(plan.cudaGraph),
      kvCacheGiB: rounded(plan.kvCache),
    },
    kv: {
      bytesPerToken: rounded(plan.kv.bytesPerToken),
      tokens: plan.kv.tokens ? Math.floor(plan.kv.tokens.value) : null,
      maxModelLen: rounded(plan.kv.maxModelLen),
      maxConcurrency: rounded(plan.kv.maxConcurrency),
    },
    fits: plan.fits,
    reasons: plan.reasons,
    assumptions: plan.assumptions,
    host: hostSide(plans.host(server), plans.load(server)),
  };
}

function hostSide(host: HostPlan, load: LoadEstimate): SizedServer["host"] {
  const limit = host.ramLimitGib;
  const seconds = (value: number | undefined): number | null =>
    value === undefined ? null : Math.round(value);
  return {
    ramGiB: rounded(host.ram),
    ramLimitGiB: limit === undefined ? null : Math.round(limit * 1000) / 1000,
    shmGiB: rounded(host.shm),
    ephemeralGiB: rounded(host.ephemeral),
    loadSeconds: { low: seconds(load.lowSeconds), high: seconds(load.highSeconds) },
  };
}

function integer(engine: EngineConfig, flag: string): number | null {
  const resolved = engine.integer(flag);
  return resolved.known ? resolved.value : null;
}

function rounded(quantity: Quantity | undefined): number | null {
  return thousandths(quantity?.value);
}
