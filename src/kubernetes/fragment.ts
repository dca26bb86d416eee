import { own } from "../base/own";
import { at, mapAt, mapsAt, scalarAt, type YamlMap, type YamlNode } from "../yaml/node";

/** Kinds whose API demands a selector: one without it is a patch, or the start of one. */
const NEED_SELECTOR = new Set(["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"]);

/** Kinds that do nothing without these fields. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  HorizontalPodAutoscaler: ["spec", "scaleTargetRef"],
  ScaledObject: ["spec", "scaleTargetRef"],
  Service: ["spec"],
  PersistentVolumeClaim: ["spec"],
};

/** Where the built-in kinds keep their pod spec. */
const POD_SPEC_PATHS: Readonly<Record<string, readonly string[]>> = {
  Deployment: ["spec", "template", "spec"],
  StatefulSet: ["spec", "template", "spec"],
  DaemonSet: ["spec", "template", "spec"],
  ReplicaSet: ["spec", "template", "spec"],
  Job: ["spec", "template", "spec"],
  CronJob: ["spec", "jobTemplate", "spec", "template", "spec"],
  Pod: ["spec"],
};

/** Image names by which a base says that its overlays set the image. */
const IMAGE_STAND_IN = /replaced?[-_ ]by[-_ ]kustomize/i;

/** True for what the API server would refuse as it stands: a Kustomize patch, or a base that an overlay completes. */
export function isFragment(kind: string, root: YamlMap): boolean {
  if (root.get("$patch") || at(root, "spec", "$patch")) return true;
  const required = own(REQUIRED, kind);
  if (required && !at(root, ...required)) return true;
  const path = own(POD_SPEC_PATHS, kind);
  if (path === undefined) return false;
  if (NEED_SELECTOR.has(kind) && !mapAt(root, "spec", "selector")) return true;
  const containers = mapsAt(root, ...path, "containers");
  return containers.length === 0 || containers.some((container) => !hasOwnImage(container));
}

/** True when a container says itself which image it runs. */
export function hasOwnImage(container: YamlMap): boolean {
  const image = scalarAt(container, "image");
  return image !== undefined && !(!image.templated && IMAGE_STAND_IN.test(image.text));
}

const OPEN_DEPTH = 24;

/** True when a template may add entries anywhere below. */
export function hasOpenPart(node: YamlNode, seen = new Set<YamlNode>(), depth = 0): boolean {
  if (node.kind === "scalar" || depth > OPEN_DEPTH || seen.has(node)) return false;
  seen.add(node);
  if (node.open) return true;
  const children = node.kind === "seq" ? node.items : node.entries.map((entry) => entry.value);
  return children.some((child) => child !== null && hasOpenPart(child, seen, depth + 1));
}
