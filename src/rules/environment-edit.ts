import type { Container } from "../kubernetes/model";
import type { YamlEditor } from "../yaml/edit";
import type { Plain } from "../yaml/format";
import { asSeq } from "../yaml/node";

/** True when a variable can be added to the container's own `env` list. */
export function canAddVariable({ node }: Container): boolean {
  const list = node.entry("env")?.value;
  return !node.flow && (list === undefined || (list?.kind === "seq" && !list.open));
}

/** Adds variables after those that the container has. */
export function addVariables(editor: YamlEditor, { node }: Container, items: readonly Plain[]): void {
  const list = asSeq(node.entry("env")?.value);
  if (!list || list.items.length === 0) return editor.setEntry(node, "env", items);
  for (const item of items) editor.addItem(list, item);
}
