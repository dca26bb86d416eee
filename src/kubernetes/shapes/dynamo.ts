import { mapAt, mapsAt, numberAt } from "../../yaml/node";
import { grouping, type Shape } from "./shape";

/**
 * A Dynamo service: `extraPodSpec.mainContainer` is laid over a container that the operator writes. Resources, probes and
 * variables stand at the service around it.
 */
export const dynamoService: Shape = (map, at, walk) => {
  const spec = mapAt(map, "extraPodSpec");
  const main = mapAt(spec, "mainContainer");
  if (at.group !== "nvidia.com" || !spec || !main) return [];
  const nodes = numberAt(map, "multinode", "nodeCount");
  walk.emit({
    spec,
    metadata: [map, mapAt(map, "extraPodMetadata")],
    containers: [{ node: main, base: map }, ...mapsAt(spec, "containers").map((node) => ({ node }))],
    at: mapAt(map, "multinode") ? { ...at, grouping: grouping("leader", nodes) } : at,
  });
  return ["extraPodSpec"];
};
