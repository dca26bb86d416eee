import { own } from "../../base/own";
import { mapAt, mapsAt, numberAt, textAt, type YamlMap } from "../../yaml/node";
import { knownText } from "../known";
import { grouping, sharedGrouping, withLabels, type Shape, type Surroundings, type Walk } from "./shape";

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
  const first = {
    ...withLabels(at, { "leaderworkerset.sigs.k8s.io/worker-index": "0" }),
    grouping: grouping("leader", size),
  };
  if (leader) walk.visit(leader, first);
  if (worker && leader) walk.visit(worker, { ...at, grouping: { kind: "group", role: "worker", size } });
  if (worker && !leader) walk.visit(worker, { ...first, grouping: sharedGrouping(size) });
  return ["leaderWorkerTemplate"];
};

/** kthena's ModelServing role: an entry pod and so many workers. */
export const entryTemplate: Shape = (map, at, walk) => {
  const entry = mapAt(map, "entryTemplate");
  if (!entry) return [];
  const workers = map.get("workerReplicas") || map.open ? numberAt(map, "workerReplicas") : 0;
  const size = workers === undefined ? undefined : 1 + workers;
  const first = withLabels(at, { "modelserving.volcano.sh/entry": "true" });
  walk.visit(entry, { ...first, grouping: grouping("leader", size) });
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

/** The labels that a controller gives the pods of a role. */
const ROLE_LABELS: Readonly<Record<string, readonly string[]>> = {
  RoleBasedGroup: ["rolebasedgroup.workloads.x-k8s.io/role", "rbg.workloads.x-k8s.io/role-name"],
  StormService: ["role-name"],
  ModelServing: ["modelserving.volcano.sh/role"],
};

/** Roles with a name that their pods carry. RoleBasedGroup's can take a shared template by name and patch it. */
export const namedRoles: Shape = (map, at, walk) => {
  const roles = mapsAt(map, "roles");
  const keys = own(ROLE_LABELS, at.kind);
  if (!keys || roles.length === 0) return [];
  const shared = new Map(
    mapsAt(map, "roleTemplates").map((item) => [textAt(item, "name"), mapAt(item, "template")]),
  );
  for (const role of roles) {
    const name = knownText(role, "name");
    const here = withLabels(at, Object.fromEntries(keys.map((key) => [key, name])));
    const holder = mapAt(role, "standalonePattern") ?? role;
    const template = shared.get(textAt(holder, "templateRef", "name") ?? "");
    if (!template) walk.visit(role, here);
    else
      emitPatched(
        mapAt(holder, "templateRef", "patch"),
        template,
        { ...here, replicas: numberAt(role, "replicas") },
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
  walk.visit(template, { ...at, replicas, grouping: sharedGrouping(size) });
  return ["template"];
};
