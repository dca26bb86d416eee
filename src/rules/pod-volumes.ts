import type { Container, PodTemplate } from "../kubernetes/model";
import { volumesOf } from "../kubernetes/volumes";
import type { YamlEditor } from "../yaml/edit";
import type { Plain } from "../yaml/format";
import { asSeq, type YamlMap } from "../yaml/node";

/** A volume name that the pod does not use yet. */
export function freeVolumeName(pod: PodTemplate, wanted: string): string {
  const taken = volumesOf(pod);
  if (!taken.has(wanted)) return wanted;
  let n = 2;
  while (taken.has(`${wanted}-${n}`)) n++;
  return `${wanted}-${n}`;
}

export function addVolume(editor: YamlEditor, pod: PodTemplate, volume: Plain): void {
  addToList(editor, pod.spec, "volumes", volume);
}

export function addMount(editor: YamlEditor, container: Container, mount: Plain): void {
  addToList(editor, container.node, "volumeMounts", mount);
}

function addToList(editor: YamlEditor, parent: YamlMap, key: string, item: Plain): void {
  const list = asSeq(parent.entry(key)?.value);
  if (list && list.items.length > 0) editor.addItem(list, item);
  else editor.setEntry(parent, key, [item]);
}
