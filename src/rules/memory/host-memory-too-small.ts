import { amountAt } from "../../kubernetes/quantity";
import { mountsOf } from "../../kubernetes/volumes";
import type { Container } from "../../kubernetes/model";
import { formatGib } from "../../sizing/format";
import { GIB } from "../../sizing/quantity";
import { spotOf, type YamlScalar } from "../../yaml/node";
import { defineRule } from "../define";
import { hostMemoryOf, setHostMemory } from "../host-memory";
import { localRanks } from "../local-ranks";
import { count } from "../wording";
import { writtenOut } from "../written-out";

/** GiB of anonymous memory that each rank's process takes at the least: interpreter, torch, CUDA context, pinned buffers. */
const PER_RANK = 2;
/** GiB for the API server and the engine's own process, at the least. */
const SERVER = 2;
/** What a fix leaves for each rank and the rest, with room for reading weights. */
const ROOMY = 4;

export const hostMemoryTooSmall = defineRule({
  id: "memory/host-memory-too-small",
  severity: "warning",
  fix: "suggested",
  subject: "server",
  summary:
    "The container's memory limit has no room for its processes, or for its own memory-backed volumes.",
  why: `The weights live on the GPU, but each rank is a process with an interpreter, torch, a CUDA context and pinned buffers in host memory, 2
GiB at the least, and the API server and the engine take as much again. A memory-backed emptyDir such as /dev/shm is not beside the limit but
inside it: what is written there is charged to the container. When the limit is smaller than that, the kernel kills a worker
while it loads or on the first busy day, and the log ends without a message. Weights that are read from files do not count: the page cache gives
way.`,
  sources: [
    "https://kubernetes.io/docs/concepts/storage/volumes/#emptydir",
    "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",
    "https://github.com/vllm-project/vllm/issues/19048",
    "https://github.com/vllm-project/vllm/issues/3035",
  ],
  check(server, report) {
    const whole = writtenOut(server);
    const memory = whole && hostMemoryOf(whole.container);
    if (!memory || memory.from !== "limits" || (server.hardware !== "cuda" && server.hardware !== "rocm"))
      return;
    const ranks = localRanks(server);
    const least = SERVER + PER_RANK * ranks;
    const volumes = memoryVolumes(whole.container);
    if (memory.gib >= Math.max(least, volumes.gib)) return;
    const wanted = Math.ceil(volumes.gib + SERVER + ROOMY * ranks);
    const isVolume = memory.gib >= least;
    report(spotOf(memory.node), {
      message: isVolume
        ? `The memory limit of ${formatGib(memory.gib)} is less than the container's memory-backed volumes may hold, ${formatGib(volumes.gib)}.`
        : `The memory limit of ${formatGib(memory.gib)} is less than ${count(ranks, "rank")} and the server take at the least, ${formatGib(least)}.`,
      advice: `Set it to \`${wanted}Gi\` or more.`,
      related: volumes.nodes.map((node) => ({
        at: spotOf(node),
        message: "Counts as the container's memory",
      })),
      fixes: [
        {
          title: `Set \`limits.memory\` to \`${wanted}Gi\``,
          apply: (editor) => setHostMemory(editor, whole.container, memory, wanted),
        },
      ],
    });
  },
});

interface MemoryVolumes {
  readonly gib: number;
  readonly nodes: readonly YamlScalar[];
}

/** Those with a size. Without one the kubelet takes the pod's own limit, so nothing can be said. */
function memoryVolumes(container: Container): MemoryVolumes {
  const sizes = new Set<YamlScalar>();
  for (const { volume } of mountsOf(container)) {
    const source = volume?.source;
    if (source?.kind === "emptyDir" && source.inMemory && source.sizeLimit) sizes.add(source.sizeLimit);
  }
  const nodes = [...sizes];
  return { gib: nodes.reduce((sum, node) => sum + (amountAt(node) ?? 0) / GIB, 0), nodes };
}
