import { nameOf } from "../../base/path";
import { isKustomizationName } from "../../kubernetes/kustomization";
import { YamlEditor } from "../../yaml/edit";
import { asMap, asSeq, mapAt } from "../../yaml/node";
import { toFileEdits, type FileEdit } from "../findings/fixes";
import type { Workspace } from "../workspace/workspace";
import { AUTOSCALERS, generate, serverIn, type Generated, type GeneratedKind, type Place } from "./generate";
import { applyInPlace } from "./in-place";

/** Generated objects where they belong: edits of files that are there, and files that come to them. */
export interface Placed {
  readonly edits: readonly FileEdit[];
  readonly created: readonly { readonly path: string; readonly text: string }[];
}

type Made = Exclude<Generated, { readonly problem: string }>;

/**
 * Fields of the workload go into it. Objects go to new files where a kustomization lists files, and are listed there; behind the workload
 * where its file holds several objects; else to new files beside it.
 */
export function placeGenerated(
  kinds: readonly GeneratedKind[],
  place: Place,
  index: number,
  workspace: Workspace,
): Placed | { readonly problem: string } {
  if (kinds.filter((kind) => AUTOSCALERS.includes(kind)).length > 1)
    return { problem: "A workload can have one autoscaler: choose one of them." };
  const made: Made[] = [];
  for (const kind of kinds) {
    const one = generate(kind, place, index);
    if ("problem" in one) return one;
    made.push(one);
  }
  const editor = new YamlEditor();
  for (const { inPlace } of made) if (inPlace) applyInPlace(editor, inPlace);
  if (kinds.includes("scaled-object") || kinds.includes("hpa")) leaveOutReplicas(editor, place, index);
  const objects = made.filter(({ inPlace }) => inPlace === undefined);
  const created = putObjects(editor, objects, place);
  return { edits: toFileEdits(editor, workspace), created };
}

/** The autoscaler decides; its minimum is what stood there. */
function leaveOutReplicas(editor: YamlEditor, place: Place, index: number): void {
  const spec = mapAt(serverIn(place, index)?.object.node, "spec");
  if (spec?.entry("replicas") && !spec.flow) editor.removeEntry(spec, "replicas");
}

function putObjects(
  editor: YamlEditor,
  objects: readonly Made[],
  { file, folder }: Place,
): Placed["created"] {
  const kustomization = [...folder.files.values()].find(({ path }) => isKustomizationName(nameOf(path)));
  const root = asMap(kustomization?.documents[0]?.source.root);
  const last = file.documents.at(-1)?.source;
  const holdsSeveral = file.documents.filter(({ source }) => source.root !== null).length > 1;
  if (!root && holdsSeveral && last) {
    for (const { yaml } of objects) editor.appendDocument(last, yaml);
    return [];
  }
  const created = objects.map(({ name, yaml }) => ({
    path: freePath(folder.path, name, folder.files),
    text: yaml,
  }));
  const resources = asSeq(root?.get("resources"));
  for (const { path } of created) if (resources) editor.addItem(resources, nameOf(path));
  if (root && !resources && created.length > 0 && !root.get("resources"))
    editor.setEntry(
      root,
      "resources",
      created.map(({ path }) => nameOf(path)),
    );
  return created;
}

/** Names come from manifests: only letters, digits, dots and dashes get into a path, and none that is taken. */
function freePath(folder: string, name: string, taken: ReadonlyMap<string, unknown>): string {
  const safe = name.replace(/[^A-Za-z0-9.-]+/g, "-").replace(/^[.-]+/, "");
  const stem = safe.replace(/\.yaml$/, "");
  for (let i = 1; ; i++) {
    const path = `${folder}/${stem}${i === 1 ? "" : `-${i}`}.yaml`;
    if (!taken.has(path)) return path;
  }
}
