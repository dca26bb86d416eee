import { asMap, asSeq, mapsAt, scalarAt, type YamlMap, type YamlNode } from "../yaml/node";
import { knownText } from "./known";
import type { Container, PodTemplate } from "./model";

/** A container as a shape found it, before it has a pod. */
export interface ContainerDraft {
  readonly node: YamlMap;
  readonly base?: YamlMap | undefined;
  readonly isKServeModel?: boolean;
}

/** The containers of a pod spec laid over those of another: same names are joined, the others follow. */
export function joinContainers(
  spec: YamlMap,
  base: YamlMap | undefined,
  key: string,
): readonly ContainerDraft[] {
  const own = mapsAt(spec, key);
  const below = mapsAt(base, key);
  if (below.length === 0) return own.map((node) => ({ node }));
  const byName = new Map(below.map((node) => [knownText(node, "name"), node]));
  const drafts: ContainerDraft[] = own.map((node) => {
    const name = knownText(node, "name");
    return { node, base: name === undefined ? undefined : byName.get(name) };
  });
  const joined = new Set(drafts.map((draft) => draft.base));
  return [...drafts, ...below.filter((node) => !joined.has(node)).map((node) => ({ node }))];
}

export function makeContainer(pod: PodTemplate, draft: ContainerDraft, init: boolean): Container {
  const { node, base } = draft;
  const staysOn = init && (knownText(node, "restartPolicy") ?? knownText(base, "restartPolicy")) === "Always";
  return {
    pod,
    node,
    base,
    name: knownText(node, "name"),
    role: staysOn ? "sidecar" : init ? "init" : "main",
    image: scalarAt(node, "image") ?? scalarAt(base, "image"),
    isKServeModel: draft.isKServeModel ?? false,
  };
}

/** A field of a container, from what it is laid over where it says nothing itself. Maps and lists are not joined. */
export function fieldOf(container: Container, key: string): YamlNode | undefined {
  return container.node.get(key) ?? container.base?.get(key);
}

/** The maps of a list field, those of the base first: both count, and a later one of the same name wins. */
export function itemsOf(container: Container, key: string): readonly YamlMap[] {
  return [...mapsAt(container.base, key), ...mapsAt(container.node, key)];
}

/** True when a template may add items to a list field, or is the whole of it: then no absence proves anything. */
export function isFieldOpen(container: Container, key: string): boolean {
  const value = fieldOf(container, key);
  if (value === undefined) return container.node.open;
  if (value.kind === "scalar") return true;
  return value.open || (asSeq(value)?.items.some((item) => item.kind === "scalar") ?? false);
}

/** A field of the pod spec, from what it is laid over where it says nothing itself. */
export function podField(pod: PodTemplate, key: string): YamlNode | undefined {
  return pod.spec.get(key) ?? pod.base?.get(key);
}

export function podMap(pod: PodTemplate, key: string): YamlMap | undefined {
  return asMap(podField(pod, key));
}

/** The maps of a list in the pod spec, those of the base first. */
export function podItems(pod: PodTemplate, key: string): readonly YamlMap[] {
  return [...mapsAt(pod.base, key), ...mapsAt(pod.spec, key)];
}

/** The number of a port given by number or by the name of one of the container's ports; undefined when unknown. */
export function portNumber(container: Container, port: string | number): number | undefined {
  if (typeof port === "number") return port;
  for (const item of itemsOf(container, "ports")) {
    if (knownText(item, "name") === port) return Number(knownText(item, "containerPort") ?? "x") || undefined;
  }
  return undefined;
}
