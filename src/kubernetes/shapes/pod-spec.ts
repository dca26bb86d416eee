import { asSeq, mapAt, numberAt, type YamlMap } from "../../yaml/node";
import { allEntries } from "../entries";
import type { Surroundings, Walk } from "./shape";

/** Keys that, beside a name, make a list item a container and not something else with a name. */
const CONTAINER_KEYS = [
  "image",
  "command",
  "args",
  "env",
  "envFrom",
  "resources",
  "volumeMounts",
  "ports",
  "livenessProbe",
  "readinessProbe",
  "startupProbe",
  "securityContext",
  "lifecycle",
] as const;

/** True for a map with a list of containers, wherever it stands. */
function isPodSpec(map: YamlMap): boolean {
  const items = asSeq(map.get("containers"))?.items ?? [];
  return items.some((item) => item.kind === "map" && CONTAINER_KEYS.some((key) => item.entry(key)));
}

/**
 * The plain shape, `{ metadata, spec: { containers } }`. Custom resources also put the spec under other keys (`template`,
 * `predictor`, `decode`); a `metadata` beside it is the pod's in all of them. Adds the keys it has dealt with to `done`.
 */
export function emitPlainPods(map: YamlMap, at: Surroundings, walk: Walk, done: Set<string>): void {
  for (const { key, value } of allEntries(map)) {
    if (value?.kind !== "map" || done.has(key.text) || !isPodSpec(value)) continue;
    done.add(key.text);
    // A pod spec has no replicas; custom resources put them beside their containers.
    const here = value.get("replicas") ? { ...at, replicas: numberAt(value, "replicas") } : at;
    walk.emit({ spec: value, metadata: [mapAt(map, "metadata")], at: here });
  }
}
