import type { Comment } from "../yaml/document";
import { asSeq, asScalar, mapAt, mapsAt, type YamlMap, type YamlScalar } from "../yaml/node";
import { acceleratorOf, isShareOfCard } from "./accelerators";
import { fieldOf, podItems } from "./containers";
import { allEntries } from "./entries";
import type { ObjectLookup } from "./environment";
import { gpuComment } from "./gpu-comment";
import { knownText } from "./known";
import type { Container, GpuHint, GpuRequest } from "./model";
import { hintsFromLabels, isSharedByLabels, requiredLabels } from "./node-labels";
import { amountAt } from "./quantity";

/** An accelerator as the container's resources name it. */
interface Device {
  readonly resource: string;
  readonly node: YamlScalar | undefined;
}

/**
 * What a container asks for in accelerators, and which they are as far as the manifest, a comment in it or the setting tells.
 * `lookup` finds the claim templates that say what a resource claim is for.
 */
export function gpuRequestOf(
  container: Container,
  comments: readonly Comment[],
  assumed?: string,
  lookup?: ObjectLookup,
): GpuRequest {
  const resources = resourcesOf(container);
  const device = resources.flatMap((map) => devicesIn(map, container))[0];
  const claims = claimsOf(container, lookup);
  const labels = requiredLabels(container.pod);
  const hints = [
    ...commentHints(container, comments),
    // A MIG profile is all that the container gets of the card that the labels name.
    ...resourceHints(device),
    ...hintsFromLabels(labels),
    ...claims.hints,
    ...settingHints(assumed),
  ];
  return {
    resource: device?.resource,
    count: device ? amountAt(device.node) : claims.count,
    node: device?.node,
    claimed: claims.claimed,
    product: hints[0],
    hints,
    shared: isShared(container, device, resources) || isSharedByLabels(labels),
  };
}

/** Limits before requests, as the kubelet has it for extended resources. */
function resourcesOf(container: Container): readonly YamlMap[] {
  const resources = fieldOf(container, "resources");
  return [mapAt(resources, "limits"), mapAt(resources, "requests")].filter((map) => map !== undefined);
}

function devicesIn(map: YamlMap, container: Container): readonly Device[] {
  return allEntries(map).flatMap(({ key, value }): Device[] => {
    const node = asScalar(value);
    if (key.templated) return [];
    if (acceleratorOf(key.text)) return [{ resource: key.text, node }];
    // Dynamo's services count cards under `gpu`, whatever the vendor; `gpuType` names another resource.
    const dynamo = key.text === "gpu" && container.pod.object.group === "nvidia.com";
    return dynamo ? [{ resource: knownText(map, "gpuType") ?? "nvidia.com/gpu", node }] : [];
  });
}

function isShared(container: Container, device: Device | undefined, resources: readonly YamlMap[]): boolean {
  if (device && acceleratorOf(device.resource)?.shared) return true;
  if (container.pod.annotations.has("gpu-fraction")) return true;
  return resources.some((map) => allEntries(map).some(({ key }) => isShareOfCard(key.text)));
}

function commentHints(container: Container, comments: readonly Comment[]): readonly GpuHint[] {
  const comment = gpuComment(container, comments);
  return comment ? [{ text: comment.text, from: "comment", key: "vllm-k8s: gpu", node: undefined }] : [];
}

function settingHints(assumed: string | undefined): readonly GpuHint[] {
  return assumed ? [{ text: assumed, from: "setting", key: "", node: undefined }] : [];
}

/** A resource whose own name says which card: a MIG slice, or one named after its product. */
function resourceHints(device: Device | undefined): readonly GpuHint[] {
  const name = device?.resource.split("/")[1]?.replace(/\.shared$/, "");
  if (!device || name === undefined || /^(p?gpu|gaudi|tpu|neuron\w*|i915|xe|npu|vgpu\S*)$/i.test(name))
    return [];
  return [{ text: name, from: "resource", key: device.resource, node: device.node }];
}

interface Claims {
  readonly claimed: boolean;
  /** Devices in all claims together; undefined when one is out of view. */
  readonly count: number | undefined;
  readonly hints: readonly GpuHint[];
}

/** Dynamic resource allocation: the container names claims of the pod, which name claim templates, which name device classes. */
function claimsOf(container: Container, lookup: ObjectLookup | undefined): Claims {
  const names = mapsAt(fieldOf(container, "resources"), "claims").map((item) => knownText(item, "name"));
  const hints: GpuHint[] = [];
  let count: number | undefined;
  let allSeen = true;
  for (const name of names) {
    const requests = deviceRequests(container, name, lookup);
    if (!requests) allSeen = false;
    for (const request of requests ?? []) {
      const asked = mapAt(request, "exactly") ?? request;
      const node = asScalar(asked.get("deviceClassName"));
      const text = knownText(node);
      // Network cards and interconnect channels are claimed in the same way.
      if (node === undefined || text === undefined || !/gpu|gaudi|tpu|neuron|npu|mig/i.test(text)) continue;
      hints.push({ text, from: "device-class", key: "deviceClassName", node });
      count = (count ?? 0) + (asked.get("count") ? (amountAt(asked.get("count")) ?? NaN) : 1);
    }
  }
  return { claimed: names.length > 0, count: allSeen && !Number.isNaN(count) ? count : undefined, hints };
}

function deviceRequests(
  container: Container,
  name: string | undefined,
  lookup: ObjectLookup | undefined,
): readonly YamlMap[] | undefined {
  const { pod } = container;
  const claim = podItems(pod, "resourceClaims").find(
    (item) => name !== undefined && knownText(item, "name") === name,
  );
  const template = knownText(claim, "resourceClaimTemplateName");
  const direct = knownText(claim, "resourceClaimName");
  const { namespace } = pod.object;
  if (template !== undefined) {
    const object = lookup?.("ResourceClaimTemplate", template, namespace);
    return object && requestsOf(object.node, "spec", "spec");
  }
  const object = direct === undefined ? undefined : lookup?.("ResourceClaim", direct, namespace);
  return object && requestsOf(object.node, "spec");
}

function requestsOf(node: YamlMap, ...path: readonly string[]): readonly YamlMap[] | undefined {
  const devices = mapAt(node, ...path, "devices");
  return asSeq(devices?.get("requests")) ? mapsAt(devices, "requests") : undefined;
}
