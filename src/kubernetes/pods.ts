import { numberAt, type YamlMap, type YamlNode } from "../yaml/node";
import { joinContainers, makeContainer } from "./containers";
import { allEntries } from "./entries";
import { hasOwnImage } from "./fragment";
import { stringsAt } from "./known";
import type { Container, KubeObject, PodTemplate } from "./model";
import { isEmbeddedObject } from "./objects";
import { dynamoService } from "./shapes/dynamo";
import { entryTemplate, leaderWorkerTemplate, patchedRole, podGroupRole, namedRoles } from "./shapes/groups";
import { surroundingsOf } from "./shapes/kinds";
import { kserveLlm, kservePredictor, kserveRuntime } from "./shapes/kserve";
import { emitPlainPods } from "./shapes/pod-spec";
import { rayCluster } from "./shapes/ray";
import type { PodDraft, Shape, Surroundings, Walk } from "./shapes/shape";

/** Tried on every map on the way down, before the plain pod spec. */
const SHAPES: readonly Shape[] = [
  kservePredictor,
  kserveRuntime,
  kserveLlm,
  dynamoService,
  rayCluster,
  leaderWorkerTemplate,
  entryTemplate,
  namedRoles,
  patchedRole,
  podGroupRole,
];

const MAX_DEPTH = 16;

const memory = new WeakMap<KubeObject, readonly PodTemplate[]>();

/**
 * The pod templates of an object, wherever its kind keeps them. Kinds nobody has heard of are read by shape: a map with
 * a list of containers is a pod spec.
 */
export function podTemplatesOf(object: KubeObject): readonly PodTemplate[] {
  let pods = memory.get(object);
  if (!pods) memory.set(object, (pods = findPods(object)));
  return pods;
}

function findPods(object: KubeObject): readonly PodTemplate[] {
  const at = surroundingsOf(object);
  if (!at) return [];
  const pods: PodTemplate[] = [];
  new PodWalk(object, pods).visit(object.node, at);
  return pods;
}

class PodWalk implements Walk {
  private readonly seen = new Set<YamlNode>();
  private depth = 0;

  constructor(
    private readonly object: KubeObject,
    private readonly into: PodTemplate[],
  ) {}

  emit(draft: PodDraft): void {
    this.into.push(makePod(this.object, draft));
  }

  visit(node: YamlNode | undefined, at: Surroundings): void {
    if (!node || node.kind === "scalar" || this.depth > MAX_DEPTH || this.seen.has(node)) return;
    this.seen.add(node);
    this.depth++;
    if (node.kind === "seq") for (const item of node.items) this.visit(item, at);
    else if (node === this.object.node || !isEmbeddedObject(node)) this.visitMap(node, at);
    this.depth--;
  }

  private visitMap(map: YamlMap, around: Surroundings): void {
    const at = map.get("replicas") ? { ...around, replicas: numberAt(map, "replicas") } : around;
    const done = new Set<string>();
    for (const shape of SHAPES) for (const key of shape(map, at, this)) done.add(key);
    emitPlainPods(map, at, this, done);
    for (const { key, value } of allEntries(map)) {
      if (value && !done.has(key.text)) this.visit(value, at);
    }
  }
}

function makePod(object: KubeObject, draft: PodDraft): PodTemplate {
  const { spec, base, at } = draft;
  const metadata = draft.metadata ?? [];
  const containers: Container[] = [];
  const initContainers: Container[] = [];
  const drafts = draft.containers ?? joinContainers(spec, base, "containers");
  const pod: PodTemplate = {
    object,
    spec,
    base,
    labels: joinStrings(at.labels, ...metadata.map((map) => stringsAt(map, "labels"))),
    annotations: joinStrings(...metadata.map((map) => stringsAt(map, "annotations"))),
    containers,
    initContainers,
    replicas: at.replicas,
    grouping: at.grouping,
    managed: at.managed,
    partial:
      object.partial || at.partial || drafts.some((d) => !d.isKServeModel && !d.base && !hasOwnImage(d.node)),
    batch: at.batch,
  };
  // The pod and its containers know each other; nobody else sees the lists while they grow.
  for (const d of drafts) containers.push(makeContainer(pod, d, false));
  for (const d of joinContainers(spec, base, "initContainers"))
    initContainers.push(makeContainer(pod, d, true));
  return pod;
}

function joinStrings(...maps: readonly ReadonlyMap<string, string>[]): ReadonlyMap<string, string> {
  return new Map(maps.flatMap((map) => [...map]));
}
