import { mapsAt, scalarAt, type YamlMap, type YamlScalar } from "../yaml/node";
import { isFieldOpen, itemsOf, podField, podItems } from "./containers";
import { allEntries } from "./entries";
import { isTrue, knownText } from "./known";
import type { Container, PodTemplate } from "./model";

export interface Volume {
  readonly name: string;
  /** The list item that declares it. */
  readonly node: YamlMap;
  readonly source: VolumeSource;
}

export type VolumeSource =
  | {
      readonly kind: "emptyDir";
      readonly inMemory: boolean;
      readonly sizeLimit: YamlScalar | undefined;
      readonly node: YamlMap | undefined;
    }
  | {
      readonly kind: "pvc";
      readonly claimName: string | undefined;
      readonly readOnly: boolean;
      readonly node: YamlMap;
    }
  /** A StatefulSet's `volumeClaimTemplates`: every replica has its own. */
  | { readonly kind: "claimTemplate"; readonly node: YamlMap }
  /** A claim that lives and dies with the pod. */
  | { readonly kind: "ephemeral"; readonly node: YamlMap }
  | { readonly kind: "hostPath"; readonly path: string | undefined; readonly node: YamlMap }
  | { readonly kind: "configMap" | "secret"; readonly object: string | undefined; readonly node: YamlMap }
  | { readonly kind: "image"; readonly reference: YamlScalar | undefined; readonly node: YamlMap }
  | {
      readonly kind: "csi";
      readonly driver: string | undefined;
      readonly readOnly: boolean;
      readonly node: YamlMap;
    }
  | { readonly kind: "nfs"; readonly readOnly: boolean; readonly node: YamlMap }
  /** Any other kind, by its key; `unknown` when a template writes it. */
  | { readonly kind: "other"; readonly type: string };

export interface Mount {
  /** Without a trailing slash; undefined when unknown. */
  readonly path: string | undefined;
  readonly subPath: boolean;
  /** Of the mount itself; the volume may be read-only too, see `isReadOnly`. */
  readonly readOnly: boolean;
  readonly volumeName: string | undefined;
  /** Undefined when the pod declares no such volume in view. */
  readonly volume: Volume | undefined;
  /** The list item under `volumeMounts`. */
  readonly node: YamlMap;
}

/** The volumes of a pod by name, the claim templates of its StatefulSet included. */
export function volumesOf(pod: PodTemplate): ReadonlyMap<string, Volume> {
  const volumes = new Map<string, Volume>();
  for (const node of claimTemplates(pod)) {
    const name = knownText(node, "metadata", "name");
    if (name !== undefined) volumes.set(name, { name, node, source: { kind: "claimTemplate", node } });
  }
  for (const node of podItems(pod, "volumes")) {
    const name = knownText(node, "name");
    if (name !== undefined) volumes.set(name, { name, node, source: sourceOf(node) });
  }
  return volumes;
}

function claimTemplates(pod: PodTemplate): readonly YamlMap[] {
  return pod.object.kind === "StatefulSet" ? mapsAt(pod.object.node, "spec", "volumeClaimTemplates") : [];
}

function sourceOf(volume: YamlMap): VolumeSource {
  for (const { key, value } of allEntries(volume)) {
    if (key.text === "name") continue;
    const node = value?.kind === "map" ? value : undefined;
    if (key.text === "emptyDir") return emptyDir(node);
    return (
      (node && namedSource(key.text, node)) ?? { kind: "other", type: key.templated ? "unknown" : key.text }
    );
  }
  // Kubernetes makes an empty directory of a volume without a source.
  return volume.open ? { kind: "other", type: "unknown" } : emptyDir(undefined);
}

function emptyDir(node: YamlMap | undefined): VolumeSource {
  const inMemory = knownText(node, "medium") === "Memory";
  return { kind: "emptyDir", inMemory, sizeLimit: scalarAt(node, "sizeLimit"), node };
}

function namedSource(type: string, node: YamlMap): VolumeSource | undefined {
  const readOnly = isTrue(node, "readOnly");
  switch (type) {
    case "persistentVolumeClaim":
      return { kind: "pvc", claimName: knownText(node, "claimName"), readOnly, node };
    case "ephemeral":
      return { kind: "ephemeral", node };
    case "hostPath":
      return { kind: "hostPath", path: knownText(node, "path"), node };
    case "configMap":
      return { kind: "configMap", object: knownText(node, "name"), node };
    case "secret":
      return { kind: "secret", object: knownText(node, "secretName"), node };
    case "image":
      return { kind: "image", reference: scalarAt(node, "reference"), node };
    case "csi":
      return { kind: "csi", driver: knownText(node, "driver"), readOnly, node };
    case "nfs":
      return { kind: "nfs", readOnly, node };
    default:
      return undefined;
  }
}

/** The mounts of a container, joined with the volumes of its pod. */
export function mountsOf(container: Container): readonly Mount[] {
  const volumes = volumesOf(container.pod);
  return itemsOf(container, "volumeMounts").map((node) => {
    const volumeName = knownText(node, "name");
    return {
      path: mountPath(node),
      subPath: node.get("subPath") !== undefined || node.get("subPathExpr") !== undefined,
      readOnly: isTrue(node, "readOnly"),
      volumeName,
      volume: volumeName === undefined ? undefined : volumes.get(volumeName),
      node,
    };
  });
}

function mountPath(mount: YamlMap): string | undefined {
  const text = knownText(mount, "mountPath");
  return text === undefined ? undefined : tidyPath(text);
}

function tidyPath(path: string): string {
  return path.length > 1 ? path.replace(/\/+$/, "") || "/" : path;
}

/** True when nothing below the mount can be written. */
export function isReadOnly(mount: Mount): boolean {
  const source = mount.volume?.source;
  if (mount.readOnly || source === undefined) return mount.readOnly;
  if (source.kind === "configMap" || source.kind === "secret" || source.kind === "image") return true;
  return (source.kind === "pvc" || source.kind === "csi" || source.kind === "nfs") && source.readOnly;
}

/** The mount at exactly this path. */
export function mountAt(container: Container, path: string): Mount | undefined {
  const wanted = tidyPath(path);
  return mountsOf(container).findLast((mount) => mount.path === wanted);
}

/** The mount that a path lies on: the one with the longest path above it. Undefined for the container's own layer. */
export function mountCovering(container: Container, path: string): Mount | undefined {
  const wanted = tidyPath(path);
  let best: Mount | undefined;
  for (const mount of mountsOf(container)) {
    if (mount.path === undefined || !isBelow(wanted, mount.path)) continue;
    if ((best?.path?.length ?? -1) <= mount.path.length) best = mount;
  }
  return best;
}

function isBelow(path: string, parent: string): boolean {
  return path === parent || path.startsWith(parent === "/" ? "/" : `${parent}/`);
}

/** True when there may be mounts or volumes that are not in view, so that a missing one proves nothing. */
export function mountsAreOpen(container: Container): boolean {
  const { pod } = container;
  const volumes = podField(pod, "volumes");
  if (pod.spec.open || (volumes && (volumes.kind !== "seq" || volumes.open))) return true;
  return (
    isFieldOpen(container, "volumeMounts") || mountsOf(container).some((mount) => mount.path === undefined)
  );
}
