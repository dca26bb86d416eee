import { fieldOf } from "../kubernetes/containers";
import type { Container } from "../kubernetes/model";
import { amountAt } from "../kubernetes/quantity";
import { mountCovering, mountsAreOpen } from "../kubernetes/volumes";
import { hubCacheDirectory, hubModel } from "../vllm/hub-model";
import type { VllmServer } from "../vllm/model";
import { isAtLeast } from "../vllm/version";
import { mapAt } from "../yaml/node";
import { hostOffload, type HostOffload } from "./host-offload";
import type { MemoryPlan } from "./plan-types";
import { between, GIB, type Ingredient, type Quantity } from "./quantity";

/** What one pod of a server needs of its node, in GiB; undefined where it is not known. */
export interface HostPlan {
  /** Working set of the container while it loads and serves; the page cache of mapped files can be taken back and is not in it. */
  readonly ram: Quantity | undefined;
  /** The container's memory limit. */
  readonly ramLimitGib: number | undefined;
  /** What the ranks put into /dev/shm; it counts as memory of the container. */
  readonly shm: Quantity | undefined;
  /** What a download writes to the node's own disk: the container's layer or an emptyDir. */
  readonly ephemeral: Quantity | undefined;
  /** The container's limit, else its request. */
  readonly ephemeralLimitGib: number | undefined;
}

/** The host side of a server whose plan is known. */
export function hostPlan(server: VllmServer, plan: MemoryPlan): HostPlan {
  const ranks = localRanks(server, plan);
  const offload = hostOffload(server, ranks);
  const shm = ranks === undefined ? undefined : sharedMemory(ranks);
  return {
    ram:
      ranks === undefined || offload === undefined
        ? undefined
        : workingSet(server, plan, ranks, offload, shm),
    ramLimitGib: resource(server.container, "limits", "memory"),
    shm,
    ephemeral: download(server, plan),
    ephemeralLimitGib:
      resource(server.container, "limits", "ephemeral-storage") ??
      resource(server.container, "requests", "ephemeral-storage"),
  };
}

/** Processes with a GPU in one pod; of several pods none has more than its own devices. */
function localRanks(server: VllmServer, plan: MemoryPlan): number | undefined {
  if (server.hardware === "cpu" || plan.gpus === undefined) return undefined;
  const own = server.gpu.count;
  return server.multiNode ? own && Math.min(own, plan.gpus) : plan.gpus;
}

/**
 * `3 + 2 x ranks + staged + offloaded + shm` GiB.
 *
 * Python, torch and the API server take about 3 GiB, each rank with its CUDA context 2 more (1.2 to 4; resident sizes in public `ps` listings of
 * 0.6 to 0.28). Safetensors are mapped, so that of the files only what is being copied is the container's own; other formats and the
 * eager strategy hold one file of a rank at a time, 5 GB as published. Runai's streamer has a buffer of at most 40 GB.
 * Source: vllm/model_executor/model_loader/weight_utils.py; RUNAI_STREAMER_MEMORY_LIMIT.
 */
function workingSet(
  server: VllmServer,
  plan: MemoryPlan,
  ranks: number,
  offload: HostOffload,
  shm: Quantity | undefined,
): Quantity {
  const staged = stagedGib(server, plan, ranks);
  const shared = shm?.value ?? 0;
  const extra = offload.gib + shared;
  const text = `3 GiB + 2 GiB x ${ranks} + ${staged.gib.toFixed(1)} GiB ${staged.what} + ${offload.gib.toFixed(1)} GiB offloaded + ${shared.toFixed(2)} GiB of shared memory`;
  return between(
    2 + 1.2 * ranks + extra,
    3 + 2 * ranks + staged.gib + extra,
    6 + 4 * ranks + staged.high + offload.high + shared,
    text,
    [{ name: "ranks in the pod", value: String(ranks), origin: "parallel sizes" }, ...offload.inputs],
  );
}

interface Staged {
  readonly gib: number;
  readonly high: number;
  readonly what: string;
}

/** A published weight file, 5 GB. */
const FILE_GIB = 5e9 / GIB;
const STREAM_GIB = 40e9 / GIB;

function stagedGib(server: VllmServer, plan: MemoryPlan, ranks: number): Staged {
  const files = plan.checkpoint?.value ?? Number.POSITIVE_INFINITY;
  const format = server.engine.text("--load-format");
  const name = format.known ? format.value : "auto";
  if (/runai/.test(name)) {
    const gib = Math.min(files, STREAM_GIB);
    return { gib, high: gib * 1.2, what: "of streaming buffer" };
  }
  const strategy = server.engine.text("--safetensors-load-strategy");
  const whole =
    /^(pt|npcache|gguf|sharded_state)$/.test(name) || (strategy.known && strategy.value === "eager");
  const most = Math.min(files, FILE_GIB * ranks);
  return whole
    ? { gib: most, high: most * 1.3, what: "of weight files" }
    : { gib: Math.min(1, most), high: most, what: "being copied" };
}

/**
 * vLLM's message queue for the ranks of a node: `10 x 16 MiB` to all of them and `10 x 10 MiB` back from each; NCCL's own segments take
 * about 32 MiB a rank where peers have no direct way. One rank runs without either.
 * Source: vllm/distributed/device_communicators/shm_broadcast.py and vllm/v1/executor/multiproc_executor.py (VLLM_MQ_MAX_CHUNK_BYTES_MB).
 */
function sharedMemory(ranks: number): Quantity {
  const inputs: Ingredient[] = [{ name: "ranks in the pod", value: String(ranks), origin: "parallel sizes" }];
  if (ranks <= 1) return between(0, 0, 0.1, "one rank shares nothing", inputs);
  const gib = (160 + 132 * ranks) / 1024;
  return between(0.064, gib, gib + 0.25 * ranks, `160 MiB + ${ranks} x (100 + 32) MiB`, inputs);
}

/** 0 where the cache lies on a volume of its own or nothing is downloaded; undefined where that cannot be seen. */
function download(server: VllmServer, plan: MemoryPlan): Quantity | undefined {
  const { container } = server;
  const size = plan.checkpoint;
  if (!container || !server.engine.model.known || server.engine.open) return undefined;
  const model = hubModel(server);
  if (model === undefined)
    return isPath(server.engine.model.value) ? nothing("no download: a path") : undefined;
  const cache = hubCacheDirectory(server, container);
  if (cache === undefined || mountsAreOpen(container)) return undefined;
  const source = mountCovering(container, cache)?.volume?.source;
  if (source && (source.kind !== "emptyDir" || source.inMemory)) return nothing(`${cache} lies on a volume`);
  if (size === undefined) return undefined;
  const text = `${size.formula} in ${cache}`;
  return between(size.low, size.value, size.high * doubled(server), text, [
    ...size.inputs,
    { name: "cache directory", value: cache, origin: source ? "emptyDir" : "the container's own layer" },
  ]);
}

/** Repositories of older models hold the weights twice, as .bin and .safetensors; before 0.4 both were fetched. */
function doubled(server: VllmServer): number {
  return isAtLeast(server.version.version, "0.4") ? 1.05 : 2;
}

function isPath(model: string): boolean {
  return /^[./~]/.test(model);
}

function nothing(why: string): Quantity {
  return between(0, 0, 0, why, []);
}

function resource(
  container: Container | undefined,
  kind: "limits" | "requests",
  name: string,
): number | undefined {
  const map = container && mapAt(fieldOf(container, "resources"), kind);
  const bytes = amountAt(map, name);
  return bytes === undefined ? undefined : bytes / GIB;
}
