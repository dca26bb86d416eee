import { own } from "../base/own";
import type { SourceDocument } from "../yaml/document";
import { asMap, mapAt, type YamlMap, type YamlNode } from "../yaml/node";
import { hasOpenPart, isFragment } from "./fragment";
import { knownText, stringsAt } from "./known";
import type { KubeObject } from "./model";

/** What the caller knows of the file that a document stands in. */
export interface FileFacts {
  readonly path: string;
  /** `base`: a kustomization elsewhere completes it. `overlay`: it is part of a kustomization itself. */
  readonly kustomize: "base" | "overlay" | "none";
  /** True below a chart's `templates/`. */
  readonly helmTemplate: boolean;
}

const MAX_DEPTH = 16;

/** Keys below which `apiVersion` and `kind` describe no object of its own. */
const NO_OBJECTS_BELOW = new Set(["volumeClaimTemplates", "openAPIV3Schema"]);

/** Of the file that an object is written in. */
interface Origin {
  readonly path: string;
  readonly partial: boolean;
}

interface Remembered {
  readonly partial: boolean;
  readonly objects: readonly KubeObject[];
}

const memory = new WeakMap<SourceDocument, Remembered>();

/**
 * All Kubernetes objects of a document: the one at its root, and those inside it (`kind: List`, OpenShift templates, kro,
 * objects wrapped in others). The same document gives the same objects again.
 */
export function objectsOf(doc: SourceDocument, file: FileFacts): readonly KubeObject[] {
  const partial = file.helmTemplate || file.kustomize === "base";
  const known = memory.get(doc);
  if (known && known.partial === partial) return known.objects;
  const from: Origin = { path: file.path, partial };
  const objects: KubeObject[] = [];
  const root = asMap(doc.root);
  if (root && isTopLevelObject(root)) {
    const top = makeObject(root, from);
    if (top.kind !== "List") objects.push(top);
    collectInside(root, from, objects, new Set(), 0);
  }
  memory.set(doc, { partial, objects });
  return objects;
}

function isTopLevelObject(map: YamlMap): boolean {
  if (!isWord(map.get("kind"))) return false;
  return (
    map.get("apiVersion") !== undefined ||
    mapAt(map, "metadata") !== undefined ||
    mapAt(map, "spec") !== undefined
  );
}

/** True for an object written inside another. A reference (`apiVersion`, `kind`, `name`) is none, nor is kro's schema. */
export function isEmbeddedObject(map: YamlMap): boolean {
  if (map.get("apiVersion")?.kind !== "scalar" || !isWord(map.get("kind"))) return false;
  return mapAt(map, "metadata") !== undefined;
}

function isWord(node: YamlNode | undefined): boolean {
  return node?.kind === "scalar" && !node.templated && /^[A-Za-z]\w*$/.test(node.text);
}

function collectInside(
  node: YamlNode,
  from: Origin,
  into: KubeObject[],
  seen: Set<YamlNode>,
  depth: number,
): void {
  if (node.kind === "scalar" || depth > MAX_DEPTH || seen.has(node)) return;
  seen.add(node);
  if (node.kind === "seq") {
    for (const item of node.items) collectInside(item, from, into, seen, depth + 1);
    return;
  }
  if (depth > 0 && isEmbeddedObject(node)) into.push(makeObject(node, from));
  for (const { key, value } of node.entries) {
    if (value && !NO_OBJECTS_BELOW.has(key.text)) collectInside(value, from, into, seen, depth + 1);
  }
}

function makeObject(node: YamlMap, from: Origin): KubeObject {
  const kind = knownText(node, "kind") ?? "";
  const apiVersion = knownText(node, "apiVersion");
  const [group, version] = splitVersion(apiVersion, kind);
  return {
    doc: node.doc,
    file: from.path,
    node,
    group,
    version,
    kind,
    name: knownText(node, "metadata", "name"),
    namespace: knownText(node, "metadata", "namespace"),
    labels: stringsAt(node, "metadata", "labels"),
    partial: from.partial || isFragment(kind, node) || (node.doc.templated && hasOpenPart(node)),
  };
}

/** Groups of kinds whose `apiVersion` a chart often computes from the cluster's capabilities. */
const USUAL_GROUP: Readonly<Record<string, string>> = {
  Deployment: "apps",
  StatefulSet: "apps",
  DaemonSet: "apps",
  ReplicaSet: "apps",
  Job: "batch",
  CronJob: "batch",
  HorizontalPodAutoscaler: "autoscaling",
  ScaledObject: "keda.sh",
  ScaledJob: "keda.sh",
  Ingress: "networking.k8s.io",
  NetworkPolicy: "networking.k8s.io",
  PodDisruptionBudget: "policy",
  ServiceMonitor: "monitoring.coreos.com",
  PodMonitor: "monitoring.coreos.com",
  PrometheusRule: "monitoring.coreos.com",
  LeaderWorkerSet: "leaderworkerset.x-k8s.io",
};

function splitVersion(
  apiVersion: string | undefined,
  kind: string,
): readonly [group: string, version: string] {
  if (apiVersion === undefined) return [own(USUAL_GROUP, kind) ?? "", ""];
  const slash = apiVersion.indexOf("/");
  if (slash === -1) return ["", apiVersion];
  const group = apiVersion.slice(0, slash);
  return [group === "extensions" ? (own(USUAL_GROUP, kind) ?? group) : group, apiVersion.slice(slash + 1)];
}
