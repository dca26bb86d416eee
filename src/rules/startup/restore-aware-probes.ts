import { fieldOf } from "../../kubernetes/containers";
import type { Container, PodTemplate } from "../../kubernetes/model";
import { podTemplatesOf } from "../../kubernetes/pods";
import { probeOf } from "../../kubernetes/probes";
import { spotOf, type YamlEntry } from "../../yaml/node";
import { defineRule, type Fix } from "../define";
import { duration } from "../wording";

const RESTORE_FROM = "nvidia.com/restore-from";
const CONTAINER_MAP = "nvidia.com/restore-container-map";

/** Seconds that a restore from slow storage may take: the startup gate of the restore contract allows 1,800. */
const PATIENT = 600;
const GATE_FAILURES = 1800;

export const restoreAwareProbes = defineRule({
  id: "startup/restore-aware-probes",
  severity: "warning",
  fix: "suggested",
  subject: "object",
  summary: "A pod that is restored from a snapshot is probed before the restore is over.",
  why: `A pod with \`nvidia.com/restore-from\` starts as a placeholder that only sleeps; the node's Snapshot agent replaces it with the process that
was checkpointed (CRIU and cuda-checkpoint). Until then nothing listens. A liveness probe that is not held back counts from the
beginning, and the kubelet restarts the placeholder in the middle of the restore, over and over. The contract's own gate is a startup
probe on the file that the agent writes last, \`/snapshot-control/restore-complete\`, tried every second for up to half an hour. Snapshot is
a preview: amd64 nodes, driver 580 or newer, a privileged agent on each node, and ReadWriteMany storage for restores across nodes.`,
  sources: [
    "https://github.com/ai-dynamo/snapshot/issues/311",
    "https://github.com/ai-dynamo/snapshot/blob/main/docs/restore-pod-contract.md",
    "https://docs.nvidia.com/dynamo/latest/kubernetes-deployment/deployment-guide/snapshot.md",
  ],
  check(object, report) {
    for (const pod of podTemplatesOf(object)) {
      if (!pod.annotations.has(RESTORE_FROM) || pod.partial || pod.managed) continue;
      for (const container of destinationsOf(pod)) {
        const trouble = troubleOf(container);
        if (!trouble) continue;
        report(spotOf(trouble.entry.key), {
          message: `Container \`${container.name ?? ""}\` is restored from a snapshot; ${trouble.text}.`,
          advice: "Hold the other probes back with a startup probe on `/snapshot-control/restore-complete`.",
          fixes: gateFix(container),
        });
      }
    }
  },
});

/** The containers that a process is restored into: those the map names, else all of a pod that has one. */
function destinationsOf(pod: PodTemplate): readonly Container[] {
  const map = pod.annotations.get(CONTAINER_MAP);
  if (map === undefined) return pod.containers.length === 1 ? pod.containers : [];
  const names = map.split(",").map((pair) => pair.split("=")[1]?.trim());
  return pod.containers.filter(({ name }) => name !== undefined && names.includes(name));
}

interface Trouble {
  readonly entry: YamlEntry;
  readonly text: string;
}

function troubleOf(container: Container): Trouble | undefined {
  const liveness = container.node.entry("livenessProbe");
  if (fieldOf(container, "startupProbe") === undefined) {
    const text = "its liveness probe counts from the beginning and restarts it before that is done";
    return liveness ? { entry: liveness, text } : undefined;
  }
  const probe = probeOf(container, "startupProbe");
  const entry = container.node.entry("startupProbe");
  const seconds = probe?.budgetSeconds;
  if (!probe || !entry || seconds === undefined || seconds >= PATIENT || probe.handler.kind === "exec")
    return undefined;
  return { entry, text: `its startup probe gives up after ${duration(seconds)}, before anything listens` };
}

function gateFix(container: Container): readonly Fix[] {
  if (container.node.flow) return [];
  const gate = {
    exec: { command: ["cat", "/snapshot-control/restore-complete"] },
    periodSeconds: 1,
    timeoutSeconds: 1,
    failureThreshold: GATE_FAILURES,
  };
  return [
    {
      title: "Set a startup probe that waits for `/snapshot-control/restore-complete`",
      apply: (editor) => editor.setEntry(container.node, "startupProbe", gate),
    },
  ];
}
