import { mapAt, mapsAt, numberAt, textAt, type YamlMap } from "../../yaml/node";
import { grouping, withLabels, type Shape } from "./shape";

/**
 * A Ray cluster, in a RayCluster, RayService, RayJob or AIBrix fleet: head and workers are one server. KubeRay gives every
 * Ray container a /dev/shm volume and, in most cases, probes.
 */
export const rayCluster: Shape = (map, at, walk) => {
  const head = mapAt(map, "headGroupSpec");
  const workers = mapsAt(map, "workerGroupSpecs");
  if (!head) return [];
  const size = clusterSize(map, workers);
  const cluster = at.kind === "RayCluster" ? at.objectName : undefined;
  const inside = { ...withLabels(at, { "ray.io/cluster": cluster }), managed: true };
  walk.visit(head, {
    ...withLabels(inside, { "ray.io/node-type": "head", "ray.io/group": "headgroup" }),
    grouping: grouping("leader", size),
  });
  for (const group of workers) {
    walk.visit(group, {
      ...withLabels(inside, { "ray.io/node-type": "worker", "ray.io/group": textAt(group, "groupName") }),
      grouping: { kind: "group", role: "worker", size },
    });
  }
  return ["headGroupSpec", "workerGroupSpecs"];
};

function clusterSize(cluster: YamlMap, workers: readonly YamlMap[]): number | undefined {
  const list = cluster.get("workerGroupSpecs");
  if (cluster.open || (list && (list.kind !== "seq" || list.open))) return undefined;
  let size = 1;
  for (const group of workers) {
    const replicas = numberAt(group, "replicas");
    const hosts = group.get("numOfHosts") ? numberAt(group, "numOfHosts") : 1;
    if (replicas === undefined || hosts === undefined) return undefined;
    size += replicas * hosts;
  }
  return size;
}
