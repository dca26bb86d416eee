import { fieldOf, podField, podItems } from "../../kubernetes/containers";
import { knownText } from "../../kubernetes/known";
import type { Container } from "../../kubernetes/model";
import type { VllmServer } from "../../vllm/model";
import type { YamlEditor } from "../../yaml/edit";
import { asSeq, mapAt, mapsAt, scalarAt, spotOf } from "../../yaml/node";
import { defineRule, type Fix, type Report } from "../define";

export const draAndDevicePlugin = defineRule({
  id: "scheduling/dra-and-device-plugin",
  severity: "warning",
  fix: "suggested",
  subject: "server",
  summary:
    "A container gets GPUs from a resource claim and from the device plugin, or names a claim that its pod does not have.",
  why: `Dynamic resource allocation and the device plugin are two allocators that do not know of each other. A container that asks both gets two sets of devices, and
vLLM uses the first ones that it sees; where one of the two is not installed, the pod stays Pending. A claim that a container names has to be listed in the
pod's \`resourceClaims\`; the API server refuses the pod otherwise.`,
  sources: [
    "https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/",
    "https://docs.nvidia.com/datacenter/cloud-native/gpu-operator/latest/dra-intro-install.html",
  ],
  check(server, report) {
    const { container, form } = server;
    if (!container || form !== "pod" || container.pod.partial) return;
    reportUndeclared(container, report);
    reportBoth(server, container, report);
  },
});

function reportUndeclared(container: Container, report: Report): void {
  const { pod } = container;
  const declared = podField(pod, "resourceClaims");
  const list = asSeq(declared);
  if (pod.spec.open || (declared !== undefined && (!list || list.open))) return;
  const names = podItems(pod, "resourceClaims").map((item) => knownText(item, "name"));
  if (names.includes(undefined)) return;
  for (const item of mapsAt(fieldOf(container, "resources"), "claims")) {
    const name = knownText(item, "name");
    const node = scalarAt(item, "name");
    if (name === undefined || !node || names.includes(name)) continue;
    report(spotOf(node), {
      message: `The pod has no resource claim \`${name}\`.`,
      advice: "List it in the pod's `resourceClaims`, with the claim or template behind it.",
      severity: "error",
    });
  }
}

function reportBoth(server: VllmServer, container: Container, report: Report): void {
  const { gpu } = server;
  const claim = gpu.hints.find(({ from }) => from === "device-class");
  if (!claim || !gpu.claimed || gpu.resource === undefined || !gpu.node || gpu.node.text === "0") return;
  if (!/^nvidia\.com\//.test(gpu.resource) || !/nvidia/i.test(claim.text)) return;
  report(spotOf(gpu.node), {
    message: `\`${gpu.resource}\` and a claim of class \`${claim.text}\` give the container two sets of GPUs.`,
    advice: "Keep one of the two.",
    related: claim.node ? [{ at: spotOf(claim.node), message: "The device class of the claim" }] : [],
    fixes: removalFix(container, gpu.resource),
  });
}

function removalFix(container: Container, resource: string): readonly Fix[] {
  const resources = container.node.entry("resources")?.value;
  if (resources?.kind !== "map") return [];
  return [
    {
      title: `Remove \`${resource}\` and keep the claim`,
      apply(editor: YamlEditor) {
        for (const part of ["limits", "requests"]) {
          const map = mapAt(resources, part);
          if (!map?.entry(resource)) continue;
          if (map.entries.length === 1) editor.removeEntry(resources, part);
          else editor.removeEntry(map, resource);
        }
      },
    },
  ];
}
