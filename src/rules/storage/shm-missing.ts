import { podField } from "../../kubernetes/containers";
import { mountAt, mountCovering, mountsAreOpen, volumesOf } from "../../kubernetes/volumes";
import { amountAt } from "../../kubernetes/quantity";
import { formatGib } from "../../sizing/format";
import { GIB } from "../../sizing/quantity";
import type { YamlEditor } from "../../yaml/edit";
import { spotOf, textAt, type YamlScalar } from "../../yaml/node";
import { defineRule, type Fix, type Report } from "../define";
import { localRanks } from "../local-ranks";
import { addMount, addVolume, freeVolumeName } from "../pod-volumes";
import { placeOfServer } from "../places";
import { count } from "../wording";
import { writtenOut, type WrittenOut } from "../written-out";

const PATH = "/dev/shm";

export const shmMissing = defineRule({
  id: "storage/shm-missing",
  severity: "error",
  fix: "safe",
  subject: "server",
  summary: "Several ranks share memory through /dev/shm, which a container has 64 MiB of.",
  why: `The ranks of a server exchange tensors and messages through shared memory: NCCL for what does not go over NVLink or PCIe
peer access, and vLLM's own message queue between its processes. A container gets 64 MiB of /dev/shm unless it mounts something
there. NCCL then fails with "unhandled system error" or "No space left on device" while the engine starts, or a worker dies of
SIGBUS under load. A memory-backed emptyDir at /dev/shm gives it room; what is used counts as the container's memory, so it is
bounded by \`sizeLimit\`.`,
  sources: [
    "https://docs.vllm.ai/en/latest/deployment/k8s.html",
    "https://docs.vllm.ai/en/latest/deployment/docker.html",
    "https://github.com/vllm-project/vllm/issues/1710",
    "https://github.com/vllm-project/vllm/issues/7466",
    "https://docs.nvidia.com/deeplearning/nccl/user-guide/docs/troubleshooting.html",
  ],
  check(server, report) {
    const whole = writtenOut(server);
    const ranks = localRanks(server);
    if (!whole || ranks < 2) return;
    const size = tooSmall(whole, ranks);
    if (size) reportSize(ranks, size, report);
    if (hasSharedMemory(whole)) return;
    report(server.engine.settings.get("--tensor-parallel-size")?.valueAt ?? placeOfServer(server), {
      message: `${count(ranks, "rank")} share \`${PATH}\`, of which the container has 64 MiB.`,
      advice: `Mount a memory-backed emptyDir at \`${PATH}\`.`,
      fixes: [mountFix(whole, ranks)],
    });
  },
});

/** GiB that the message queues and NCCL's segments of the ranks take: see `sharedMemory` in sizing/host.ts. */
function neededGib(ranks: number): number {
  return (160 + 132 * ranks) / 1024;
}

function tooSmall({ container }: WrittenOut, ranks: number): YamlScalar | undefined {
  const source = mountCovering(container, PATH)?.volume?.source;
  const size = source?.kind === "emptyDir" && source.inMemory ? source.sizeLimit : undefined;
  const bytes = amountAt(size);
  return bytes !== undefined && bytes / GIB < neededGib(ranks) ? size : undefined;
}

function reportSize(ranks: number, size: YamlScalar, report: Report): void {
  const wanted = sharedMemoryGib(ranks);
  report(spotOf(size), {
    message: `\`${PATH}\` has \`${size.text}\`; ${count(ranks, "rank")} put about ${formatGib(neededGib(ranks))} there.`,
    advice: `Give it \`${wanted}Gi\`; what is not used costs nothing.`,
    severity: "warning",
    fixes: [
      {
        title: `Set \`sizeLimit\` to \`${wanted}Gi\``,
        apply: (editor) => editor.setScalar(size, `${wanted}Gi`),
      },
    ],
  });
}

/** GiB to give /dev/shm for so many ranks. */
export function sharedMemoryGib(ranks: number): number {
  return Math.min(8, Math.max(2, ranks));
}

function hasSharedMemory({ pod, container }: WrittenOut): boolean {
  if (mountCovering(container, PATH) !== undefined || mountsAreOpen(container)) return true;
  const hostIpc = podField(pod, "hostIPC");
  if (hostIpc !== undefined && textAt(hostIpc) !== "false") return true;
  // Some runtimes size it by an annotation.
  return [...pod.annotations.keys()].some((key) => /shm|shared-?memory/i.test(key));
}

function mountFix({ pod, container }: WrittenOut, ranks: number): Fix {
  const gibibytes = sharedMemoryGib(ranks);
  return {
    title: `Mount ${gibibytes} GiB of memory at \`${PATH}\``,
    apply(editor: YamlEditor) {
      if (mountAt(container, PATH) !== undefined) return;
      const ready = [...volumesOf(pod).values()].find(
        ({ source }) => source.kind === "emptyDir" && source.inMemory,
      );
      const name = ready?.name ?? freeVolumeName(pod, "dshm");
      addMount(editor, container, { name, mountPath: PATH });
      if (!ready)
        addVolume(editor, pod, { name, emptyDir: { medium: "Memory", sizeLimit: `${gibibytes}Gi` } });
    },
  };
}
