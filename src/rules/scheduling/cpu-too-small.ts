import { fieldOf } from "../../kubernetes/containers";
import type { Container } from "../../kubernetes/model";
import { amountAt } from "../../kubernetes/quantity";
import type { Hardware, VllmServer } from "../../vllm/model";
import { isAtLeast } from "../../vllm/version";
import { mapAt, scalarAt, spotOf } from "../../yaml/node";
import { defineRule, type Fix } from "../define";
import { count } from "../wording";
import { ranksInPod } from "./ranks";

/** Where each card has a worker process: on a TPU one process drives all chips of a host. */
const WORKER_EACH: readonly Hardware[] = ["cuda", "rocm", "xpu", "gaudi"];

export const cpuTooSmall = defineRule({
  id: "scheduling/cpu-too-small",
  severity: "warning",
  fix: "suggested",
  subject: "server",
  summary: "The CPU limit is lower than the number of processes that vLLM keeps busy.",
  why: `A server has at least 2 + N busy processes on N GPUs: the API server, the engine core, which loops without pause, and a worker for each GPU. vLLM asks for as many
physical cores, which is twice as many vCPUs where a core has two threads. Below that they wait for each other in every step, and a CPU limit makes
the kernel stop all of them for the rest of each 100 ms: tokens come slowly while the GPU idles. With a request and no limit the pod may use what the node has left.`,
  sources: [
    "https://docs.vllm.ai/en/latest/configuration/optimization/#cpu-resources-for-gpu-deployments",
    "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#how-pods-with-resource-limits-are-run",
  ],
  check(server, report) {
    const { container, gpu } = server;
    // Where a card is time-sliced the count is one of shares: ranks are what is busy.
    const gpus = ranksInPod(server)?.total;
    if (!container || server.form !== "pod" || !WORKER_EACH.includes(server.hardware)) return;
    // Before V1 became the default there was no process for the engine of its own.
    if (!isAtLeast(server.version.version, "0.8.0")) return;
    if (gpus === undefined || gpu.resource === undefined) return;
    if (server.entry === "wrapper" || server.entry === "operator") return;
    const limit = scalarAt(fieldOf(container, "resources"), "limits", "cpu");
    const cpus = amountAt(limit);
    const least = 2 + gpus;
    if (!limit || cpus === undefined || cpus <= 0 || cpus >= 2 * least) return;
    const isBelow = cpus < least;
    report(spotOf(limit), {
      message: `\`${limit.text}\` CPUs for ${least} busy processes on ${count(gpus, "GPU")}.`,
      advice: isBelow
        ? `Ask for \`${2 * least}\` and take the limit out.`
        : `vLLM asks for ${least} physical cores, \`${2 * least}\` CPUs where a core has two threads.`,
      severity: isBelow ? "warning" : "info",
      fixes: cpuFix(server, container, 2 * least),
    });
  },
});

function cpuFix({ object }: VllmServer, container: Container, cpus: number): readonly Fix[] {
  const resources = container.node.entry("resources")?.value;
  const limits = mapAt(resources, "limits");
  if (resources?.kind !== "map" || !limits?.entry("cpu") || object.partial || container.node.flow) return [];
  return [
    {
      title: `Request \`${cpus}\` CPUs without a limit`,
      apply(editor) {
        if (limits.entries.length === 1) editor.removeEntry(resources, "limits");
        else editor.removeEntry(limits, "cpu");
        editor.setPath(resources, ["requests", "cpu"], cpus);
      },
    },
  ];
}
