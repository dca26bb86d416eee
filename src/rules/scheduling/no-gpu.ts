import { fieldOf, podField } from "../../kubernetes/containers";
import { allEntries } from "../../kubernetes/entries";
import { isShareOfCard } from "../../kubernetes/accelerators";
import type { Container } from "../../kubernetes/model";
import { knownImage } from "../../vllm/image";
import type { VllmServer } from "../../vllm/model";
import { mapAt } from "../../yaml/node";
import { defineRule, type Fix } from "../define";
import { placeOfField } from "../places";
import { writtenOut } from "../written-out";
import { ranksInPod } from "./ranks";

export const noGpu = defineRule({
  id: "scheduling/no-gpu",
  severity: "warning",
  fix: "suggested",
  subject: "server",
  summary: "A server with a CUDA image asks for no GPU.",
  why: `Without \`nvidia.com/gpu\` in its limits a pod may land on any node, and gets no device on one that has some: the device plugin hands out only what is asked
for. vLLM then finds no accelerator ("Failed to infer device type") and exits. Nodes whose container runtime shows every GPU to every pod are an
exception, which a runtime class or \`NVIDIA_VISIBLE_DEVICES\` in the pod tells.`,
  sources: [
    "https://kubernetes.io/docs/tasks/manage-gpus/scheduling-gpus/",
    "vllm/config/device.py (Failed to infer device type)",
  ],
  check(server, report) {
    const whole = writtenOut(server);
    if (!whole || server.hardware !== "cuda" || server.gpu.resource !== undefined || server.gpu.claimed)
      return;
    const { container } = whole;
    if (!isCudaImage(server) || hasDevicesOtherwise(server, container)) return;
    // A container without a word on what it runs or takes is a sketch.
    if (server.engine.bindings.length === 0) return;
    const saysResources = fieldOf(container, "resources") !== undefined;
    const ranks = ranksInPod(server);
    report(placeOfField(server, "resources"), {
      message: "The image is built for CUDA, and the container asks for no GPU.",
      advice: `Set \`nvidia.com/gpu\` in its limits${ranks ? ` to \`${ranks.total}\`` : ""}.`,
      severity: saysResources ? "warning" : "info",
      fixes: ranks ? limitFix(container, ranks.total) : [],
    });
  },
});

function isCudaImage({ image }: VllmServer): boolean {
  const known = knownImage(image);
  return known !== undefined && known.tags === "release" && known.starts === "server";
}

/** A runtime that shows all devices, a scheduler that adds them, a device that is none. */
function hasDevicesOtherwise(server: VllmServer, container: Container): boolean {
  const { pod } = container;
  const { engine } = server;
  if (["runtimeClassName", "resourceClaims", "schedulerName"].some((key) => podField(pod, key) !== undefined))
    return true;
  if ([...engine.environment.keys()].some((name) => /VISIBLE_DEVICES$|^VLLM_(CPU_|TARGET_DEVICE)/.test(name)))
    return true;
  if (engine.settings.has("--device") || pod.spec.open || container.node.open) return true;
  const resources = fieldOf(container, "resources");
  if (resources !== undefined && (resources.kind !== "map" || resources.open)) return true;
  return ["limits", "requests"].some((part) => {
    const field = mapAt(resources, part);
    return field !== undefined && (field.open || allEntries(field).some(({ key }) => isOfDevices(key.text)));
  });
}

/** Anything with a vendor's name may be a device. */
function isOfDevices(resource: string): boolean {
  return isShareOfCard(resource) || (resource.includes("/") && !/^(hugepages|rdma|ephemeral)/.test(resource));
}

function limitFix(container: Container, gpus: number): readonly Fix[] {
  if (container.node.flow) return [];
  return [
    {
      title: `Set \`nvidia.com/gpu\` to \`${gpus}\``,
      apply: (editor) => editor.setPath(container.node, ["resources", "limits", "nvidia.com/gpu"], gpus),
    },
  ];
}
