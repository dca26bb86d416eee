import { mapAt, mapsAt, numberAt, textAt, type YamlMap } from "../../yaml/node";
import { grouping, type Shape, type Surroundings, type Walk } from "./shape";

/**
 * LeaderWorkerSet, alone or inside a DisaggregatedSet role: one leader and size - 1 workers form a server. Without a leader
 * template all pods come from the worker's.
 */
export const leaderWorkerTemplate: Shape = (map, at, walk) => {
  const inner = mapAt(map, "leaderWorkerTemplate");
  if (!inner) return [];
  const size = inner.get("size") || inner.open ? numberAt(inner, "size") : 1;
  const leader = mapAt(inner, "leaderTemplate");
  const worker = mapAt(inner, "workerTemplate");
  if (leader) walk.visit(leader, { ...at, grouping: grouping("leader", size) });
  if (worker && leader) walk.visit(worker, { ...at, grouping: { kind: "group", role: "worker", size } });
  if (worker && !leader) walk.visit(worker, { ...at, grouping: grouping("leader", size) });
  return ["leaderWorkerTemplate"];
};

/** kthena's ModelServing role: an entry pod and so many workers. */
export const entryTemplate: Shape = (map, at, walk) => {
  const entry = mapAt(map, "entryTemplate");
  if (!entry) return [];
  const workers = map.get("workerReplicas") || map.open ? numberAt(map, "workerReplicas") : 0;
  const size = workers === undefined ? undefined : 1 + workers;
  walk.visit(entry, { ...at, grouping: grouping("leader", size) });
  walk.visit(mapAt(map, "workerTemplate"), { ...at, grouping: { kind: "group", role: "worker", size } });
  return ["entryTemplate", "workerTemplate"];
};

/**
 * RoleBasedGroup's roles of several pods: patches for leader and worker over one template, which stands in the role
 * (v1alpha1) or in the pattern itself (v1alpha2).
 */
export const patchedRole: Shape = (map, at, walk) => {
  const key = mapAt(map, "leaderWorkerSet") ? "leaderWorkerSet" : "leaderWorkerPattern";
  const pattern = mapAt(map, key);
  if (!pattern) return [];
  const template = mapAt(pattern, "template") ?? mapAt(map, "template");
  const size = numberAt(pattern, "size");
  const leader = mapAt(pattern, "patchLeaderTemplate") ?? mapAt(pattern, "leaderTemplatePatch");
  const worker = mapAt(pattern, "patchWorkerTemplate") ?? mapAt(pattern, "workerTemplatePatch");
  emitPatched(leader, template, { ...at, grouping: grouping("leader", size) }, walk);
  if (worker)
    emitPatched(worker, template, { ...at, grouping: { kind: "group", role: "worker", size } }, walk);
  return [key, "template"];
};

/** RoleBasedGroup's `roleTemplates`: shared templates that roles name and patch. */
export const sharedTemplates: Shape = (map, at, walk) => {
  const shared = mapsAt(map, "roleTemplates");
  if (shared.length === 0) return [];
  const byName = new Map(shared.map((item) => [textAt(item, "name"), mapAt(item, "template")]));
  for (const role of mapsAt(map, "roles")) {
    const holder = mapAt(role, "standalonePattern") ?? role;
    const name = textAt(holder, "templateRef", "name");
    const template = name === undefined ? undefined : byName.get(name);
    if (!template) walk.visit(role, at);
    else
      emitPatched(
        mapAt(holder, "templateRef", "patch"),
        template,
        { ...at, replicas: numberAt(role, "replicas") },
        walk,
      );
  }
  return ["roleTemplates", "roles"];
};

function emitPatched(
  patch: YamlMap | undefined,
  template: YamlMap | undefined,
  at: Surroundings,
  walk: Walk,
): void {
  const base = mapAt(template, "spec");
  const spec = mapAt(patch, "spec") ?? base;
  if (!spec) return;
  walk.emit({
    spec,
    base: spec === base ? undefined : base,
    metadata: [mapAt(template, "metadata"), mapAt(patch, "metadata")],
    at,
  });
}

/** AIBrix StormService: `podGroupSize` pods of a role form one server. */
export const podGroupRole: Shape = (map, at, walk) => {
  const size = numberAt(map, "podGroupSize");
  const template = mapAt(map, "template");
  if (size === undefined || !template) return [];
  const replicas = map.get("replicas") ? numberAt(map, "replicas") : at.replicas;
  walk.visit(template, { ...at, replicas, grouping: grouping("leader", size) });
  return ["template"];
};
