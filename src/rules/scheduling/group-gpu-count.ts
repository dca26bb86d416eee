import { gpuRequestOf } from "../../kubernetes/gpu";
import { podTemplatesOf } from "../../kubernetes/pods";
import type { PodTemplate } from "../../kubernetes/model";
import type { VllmServer } from "../../vllm/model";
import { defineRule } from "../define";
import { count } from "../wording";

const PARALLEL = ["--tensor-parallel-size", "--pipeline-parallel-size"] as const;

/** Options that make further groups of ranks, which other pods may hold. */
const OTHER_FACTORS = [
  "--data-parallel-size",
  "--data-parallel-size-local",
  "--prefill-context-parallel-size",
  "--data-parallel-address",
];

export const groupGpuCount = defineRule({
  id: "scheduling/group-gpu-count",
  severity: "error",
  fix: "none",
  subject: "server",
  summary: "A group of pods has another number of GPUs than its server has ranks.",
  why: `In a LeaderWorkerSet one server runs over all pods of a group: \`size\` pods with their GPUs hold tensor x pipeline parallel size ranks. With fewer GPUs than ranks
the leader waits for a placement that never comes ("The number of required GPUs exceeds the total number of available GPUs") and the group is restarted again and again. With more,
the rest idles in every replica.`,
  sources: [
    "https://docs.vllm.ai/en/latest/deployment/frameworks/lws.html",
    "https://docs.vllm.ai/en/latest/serving/parallelism_scaling.html",
    "https://github.com/kserve/kserve/issues/4946",
  ],
  check(server, report) {
    const ranks = ranksOf(server);
    const group = groupOf(server);
    if (ranks === undefined || group === undefined || ranks.total === group.gpus) return;
    const isTooFew = ranks.total > group.gpus;
    // Somewhere a template or a variable may raise the number of ranks.
    if (!isTooFew && server.engine.open) return;
    report(ranks.at, {
      message: `Tensor x pipeline parallel size ${ranks.text} needs ${count(ranks.total, "GPU")}; the group of ${count(group.size, "pod")} has ${group.gpus}.`,
      advice: isTooFew
        ? "Make the group larger, give its pods more GPUs, or lower a parallel size."
        : "Make the group smaller, or raise a parallel size.",
      severity: isTooFew ? "error" : "warning",
    });
  },
});

interface GroupRanks {
  readonly total: number;
  readonly text: string;
  readonly at: VllmServer["anchor"];
}

/** Only sizes that are written: an example may leave them to a variable of its script. */
function ranksOf({ engine }: VllmServer): GroupRanks | undefined {
  if (OTHER_FACTORS.some((flag) => engine.settings.has(flag))) return undefined;
  const [tensor, pipeline] = PARALLEL.map((flag) => engine.integer(flag));
  if (!tensor?.known || !pipeline?.known) return undefined;
  const at = tensor.at ?? pipeline.at;
  if (at === undefined) return undefined;
  return { total: tensor.value * pipeline.value, text: `\`${tensor.value}\` x \`${pipeline.value}\``, at };
}

interface Group {
  readonly size: number;
  readonly gpus: number;
}

function groupOf({ object, pod, gpu, form }: VllmServer): Group | undefined {
  if (form !== "pod" || object.kind !== "LeaderWorkerSet" || object.partial || pod?.partial !== false)
    return undefined;
  const { grouping } = pod;
  if (grouping.kind !== "group" || grouping.role !== "leader" || grouping.size === undefined)
    return undefined;
  if (gpu.claimed || gpu.shared || !/^(nvidia\.com\/gpu|amd\.com\/gpu)$/.test(gpu.resource ?? ""))
    return undefined;
  const workers = podTemplatesOf(object).filter(
    (other) => other.grouping.kind === "group" && other.grouping.role === "worker",
  );
  const [worker, ...more] = workers;
  const own = gpu.count;
  const each = worker ? gpusOf(worker) : own;
  if (own === undefined || each === undefined || more.length > 0) return undefined;
  return { size: grouping.size, gpus: own + (grouping.size - 1) * each };
}

/** GPUs of all containers of a worker. */
function gpusOf(pod: PodTemplate): number | undefined {
  const counts = pod.containers.map((container) => gpuRequestOf(container, []));
  if (counts.some(({ claimed, shared }) => claimed || shared)) return undefined;
  const asked = counts.filter(({ resource }) => resource !== undefined).map((one) => one.count);
  return asked.includes(undefined) ? undefined : asked.reduce<number>((sum, n) => sum + (n ?? 0), 0);
}
