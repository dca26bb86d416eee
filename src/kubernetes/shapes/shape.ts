import type { YamlMap, YamlNode } from "../../yaml/node";
import type { ContainerDraft } from "../containers";
import type { PodGrouping } from "../model";

/** What the places above a pod template say about it. */
export interface Surroundings {
  readonly group: string;
  readonly kind: string;
  readonly objectName: string | undefined;
  readonly replicas: number | undefined;
  readonly grouping: PodGrouping;
  readonly managed: boolean;
  readonly partial: boolean;
  readonly batch: boolean;
  /** Labels that the kind's controller puts on its pods. */
  readonly labels: ReadonlyMap<string, string>;
}

/** A pod template as found. */
export interface PodDraft {
  readonly spec: YamlMap;
  readonly base?: YamlMap | undefined;
  /** The maps with `labels` and `annotations`; later ones win. */
  readonly metadata?: readonly (YamlMap | undefined)[];
  /** Given when they are not the spec's `containers` list. */
  readonly containers?: readonly ContainerDraft[];
  readonly at: Surroundings;
}

export interface Walk {
  emit(draft: PodDraft): void;
  /** Goes on below a node, with what is known there. */
  visit(node: YamlNode | undefined, at: Surroundings): void;
}

/**
 * A way to write pods that takes more than `containers` to see. Looks at one map; returns the keys it has dealt with, which
 * the walk then leaves alone.
 */
export type Shape = (map: YamlMap, at: Surroundings, walk: Walk) => readonly string[];

export const SINGLE: PodGrouping = { kind: "single" };

/** A group of one is a single pod; an unknown size is a group. */
export function grouping(role: "leader" | "worker", size: number | undefined): PodGrouping {
  return size === 1 ? SINGLE : { kind: "group", role, size };
}

/** Of a leader whose workers are made from its own template. */
export function sharedGrouping(size: number | undefined): PodGrouping {
  return size === 1 ? SINGLE : { kind: "group", role: "leader", size, shared: true };
}

export function withLabels(
  at: Surroundings,
  labels: Readonly<Record<string, string | undefined>>,
): Surroundings {
  const all = new Map(at.labels);
  for (const [key, value] of Object.entries(labels)) if (value !== undefined) all.set(key, value);
  return { ...at, labels: all };
}
