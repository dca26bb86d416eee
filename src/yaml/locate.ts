import type { Spot } from "./document";
import type { YamlNode, YamlScalar } from "./node";

/** The nodes that hold a place, from the document's root down to the scalar, key or collection around it. */
export function nodesAt(at: Spot): readonly YamlNode[] {
  const path: YamlNode[] = [];
  let node: YamlNode | null | undefined = at.doc.root;
  while (node && !path.includes(node)) {
    path.push(node);
    node = childrenOf(node).find((child) => child !== null && holds(child, at.span.start, at.span.end));
  }
  return path;
}

/** The scalar that a place is part of. */
export function scalarAround(at: Spot): YamlScalar | undefined {
  const node = nodesAt(at).at(-1);
  return node?.kind === "scalar" ? node : undefined;
}

function childrenOf(node: YamlNode): readonly (YamlNode | null)[] {
  if (node.kind === "scalar") return [];
  return node.kind === "seq" ? node.items : node.entries.flatMap((entry) => [entry.key, entry.value]);
}

function holds(node: YamlNode, start: number, end: number): boolean {
  return node.span.start <= start && end <= node.span.end;
}
