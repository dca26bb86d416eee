import { canSetArgument, setArgument } from "../../vllm/edit-arguments";
import type { VllmServer } from "../../vllm/model";
import { spotOf } from "../../yaml/node";
import type { RuleContext } from "../context";
import { defineRule, type Fix, type Report } from "../define";
import { serversOfObject } from "../scaled";
import { canSetGpuCount, setGpuCount } from "../gpu-count";
import { count } from "../wording";
import { ranksInPod, ranksText, type Ranks } from "./ranks";

const TENSOR = "--tensor-parallel-size";

/** Resources of which one is one rank. A TPU chip or Neuron device may hold several. */
const ONE_RANK_EACH = /^(nvidia\.com\/(gpu|mig-[\w.]+)|amd\.com\/gpu|habana\.ai\/gaudi)$/;

/** The container picks its devices itself. */
const DEVICE_VARIABLES = [
  "CUDA_VISIBLE_DEVICES",
  "NVIDIA_VISIBLE_DEVICES",
  "HIP_VISIBLE_DEVICES",
  "ROCR_VISIBLE_DEVICES",
];

export const gpuCountMismatch = defineRule({
  id: "scheduling/gpu-count-mismatch",
  severity: "error",
  fix: "suggested",
  subject: "server",
  summary: "The parallel sizes need another number of GPUs than the container asks for.",
  why: `vLLM starts one worker for each rank, tensor x pipeline x data parallel size of them, and each takes a GPU of its own. With
fewer GPUs than ranks the engine refuses to start ("World size (4) is larger than the number of available GPUs (2)"). With more,
the rest are reserved for the pod, paid for, and never used; vLLM does not spread to them by itself. Servers whose ranks live in
several pods (Ray, LeaderWorkerSet, \`--nnodes\`, local data parallel ranks) are not compared with the GPUs of one pod, and
neither are shared cards and claimed devices.`,
  sources: [
    "vllm/config/parallel.py (ParallelConfig)",
    "https://docs.vllm.ai/en/latest/serving/parallelism_scaling.html",
    "https://github.com/kserve/kserve/issues/4946",
  ],
  check(server, report, context) {
    const gpus = comparableGpus(server, context);
    const ranks = ranksInPod(server);
    if (gpus === undefined || !ranks || ranks.total === gpus) return;
    if (ranks.total > gpus) reportTooFew(server, ranks, gpus, report);
    // What a template or variable may add to the command line can only raise the number of ranks.
    else if (!server.engine.open && !seemsSliced(server, gpus)) reportIdle(server, ranks, gpus, report);
  },
});

function comparableGpus(server: VllmServer, { view }: RuleContext): number | undefined {
  const { resource, count: gpus, node, claimed, shared } = server.gpu;
  if (!node || gpus === undefined || !Number.isInteger(gpus) || gpus < 1 || claimed || shared)
    return undefined;
  if (!ONE_RANK_EACH.test(resource ?? "") || server.form !== "pod") return undefined;
  if (server.entry === "wrapper" || server.entry === "operator") return undefined;
  if (DEVICE_VARIABLES.some((name) => server.engine.environment.has(name))) return undefined;
  const inContainer = serversOfObject(server.object, view).filter(
    (other) => other.container?.node === server.container?.node,
  );
  return inContainer.length > 1 ? undefined : gpus;
}

const SHARING = /time.?slic|\bMPS\b|one card|shar(e|es|ed|ing) .*\b(gpu|card)/i;

/**
 * With time slicing a count is a share of one card. The manifest shows it by a comment, by a server that takes no whole card, or
 * by a count that no machine has.
 */
function seemsSliced(server: VllmServer, gpus: number): boolean {
  if (server.object.doc.comments.some(({ text }) => SHARING.test(text))) return true;
  const share = server.engine.number("--gpu-memory-utilization");
  return (share.known && share.value <= 0.85) || (gpus > 4 && !Number.isInteger(Math.log2(gpus)));
}

function reportTooFew(server: VllmServer, ranks: Ranks, gpus: number, report: Report): void {
  const { node } = server.gpu;
  if (!node) return;
  report(ranks.given[0]?.at ?? spotOf(node), {
    message: `${ranksText(ranks)} needs ${count(ranks.total, "GPU")}; the limit is \`${gpus}\`.`,
    advice: "Ask for as many GPUs as there are ranks, or lower the parallel size.",
    related: [{ at: spotOf(node), message: "The GPUs that the container asks for" }],
    fixes: [...countFix(server, ranks.total), ...tensorFix(server, ranks, gpus)],
  });
}

function reportIdle(server: VllmServer, ranks: Ranks, gpus: number, report: Report): void {
  const { node } = server.gpu;
  if (!node) return;
  const idle = gpus - ranks.total;
  report(spotOf(node), {
    message: `${count(gpus, "GPU")} ${gpus === 1 ? "is" : "are"} asked for; ${lowerFirst(ranksText(ranks))} uses \`${ranks.total}\`, ${count(idle, "GPU")} ${idle === 1 ? "stays" : "stay"} idle.`,
    advice: "Ask for fewer GPUs, or raise the tensor parallel size.",
    severity: "warning",
    related: ranks.given.map(({ flag, at }) => ({ at, message: `\`${flag}\`` })),
    fixes: [...countFix(server, ranks.total), ...tensorFix(server, ranks, gpus)],
  });
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function countFix(server: VllmServer, gpus: number): readonly Fix[] {
  if (!canSetGpuCount(server)) return [];
  return [
    {
      title: `Set \`${server.gpu.resource}\` to \`${gpus}\``,
      apply: (editor) => setGpuCount(editor, server, gpus),
    },
  ];
}

function tensorFix(server: VllmServer, ranks: Ranks, gpus: number): readonly Fix[] {
  const size = gpus / (ranks.pipeline * ranks.data);
  if (!Number.isInteger(size) || size < 1 || !canSetArgument(server, TENSOR)) return [];
  return [
    {
      title: `Set \`${TENSOR}\` to \`${size}\``,
      apply: (editor) => setArgument(editor, server, TENSOR, String(size)),
    },
  ];
}
