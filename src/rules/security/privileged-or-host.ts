import { podField } from "../../kubernetes/containers";
import { isTrue } from "../../kubernetes/known";
import type { Spot } from "../../yaml/document";
import { asSeq, at, mapAt, spotOf, textAt, type YamlMap } from "../../yaml/node";
import { defineRule, type Fix, type Severity } from "../define";
import { writtenOut, type WrittenOut } from "../written-out";

export const privilegedOrHost = defineRule({
  id: "security/privileged-or-host",
  severity: "warning",
  fix: "suggested",
  subject: "server",
  summary: "The server has rights on its node that serving a model on a GPU does not need.",
  why: `The device plugin gives a container its GPUs; no further rights are needed for them. With \`privileged\`, \`SYS_ADMIN\` or \`hostPID\` a fault in the
server, in a model's own code or in a library is a fault on the node, and a privileged container sees all GPUs, not only those it was given.
Peer-to-peer networks (RDMA, InfiniBand) do need \`IPC_LOCK\`, sometimes more, and TPUs and other accelerators have rules of their own: there the
finding is left out. A memory-backed /dev/shm replaces \`hostIPC\`.`,
  sources: [
    "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
    "https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/docker-specialized.html",
  ],
  check(server, report) {
    const whole = writtenOut(server);
    if (!whole || server.hardware !== "cuda" || server.multiNode || usesRdma(whole)) return;
    for (const { what, at: place, severity, fixes } of rightsOf(whole)) {
      report(place, {
        message: `${what} gives the server rights on its node that a GPU does not need.`,
        advice: "Take it out; the device plugin gives the container its GPUs.",
        severity,
        fixes,
      });
    }
  },
});

interface Right {
  readonly what: string;
  readonly at: Spot;
  readonly severity: Severity;
  readonly fixes: readonly Fix[];
}

function rightsOf({ pod, container }: WrittenOut): readonly Right[] {
  const context = mapAt(container.node, "securityContext");
  const rights: Right[] = [];
  const privileged = context?.entry("privileged");
  if (context && privileged && isTrue(context, "privileged"))
    rights.push({
      what: "`privileged`",
      at: spotOf(privileged.key),
      severity: "warning",
      fixes: [setFalse(context, "privileged")],
    });
  for (const item of asSeq(at(context, "capabilities", "add"))?.items ?? []) {
    if (/^(CAP_)?(SYS_ADMIN|ALL)$/.test(textAt(item) ?? ""))
      rights.push({ what: `\`${textAt(item)}\``, at: spotOf(item), severity: "warning", fixes: [] });
  }
  const processes = pod.spec.entry("hostPID");
  if (processes && isTrue(podField(pod, "hostPID")))
    rights.push({
      what: "`hostPID`",
      at: spotOf(processes.key),
      severity: "warning",
      fixes: [setFalse(pod.spec, "hostPID")],
    });
  return rights;
}

function setFalse(map: YamlMap, key: string): Fix {
  return { title: `Set \`${key}\` to \`false\``, apply: (editor) => editor.setEntry(map, key, false) };
}

/** Networks between nodes that reach into the memory of the GPUs: their drivers need more than a container has. */
function usesRdma({ pod, container }: WrittenOut): boolean {
  const resources = mapAt(container.node, "resources");
  const names = ["limits", "requests"].flatMap(
    (part) => mapAt(resources, part)?.entries.map(({ key }) => key.text) ?? [],
  );
  if (names.some((name) => /rdma|infiniband|roce|efa|hca|mlnx|nic|gdr/i.test(name))) return true;
  const hasLock = (asSeq(at(container.node, "securityContext", "capabilities", "add"))?.items ?? []).some(
    (item) => textAt(item) === "IPC_LOCK",
  );
  return (
    hasLock || [...pod.annotations.keys()].some((key) => /multus|k8s\.v1\.cni|networking\.gke\.io/i.test(key))
  );
}
