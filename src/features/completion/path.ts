import type { YamlNode } from "../../yaml/node";

/** A key of a map or an index of a list. */
export type Step = string | number;

/** The way from the first of nested nodes down to the last, and whether that is a key. */
export function steps(nodes: readonly YamlNode[]): {
  readonly path: readonly Step[];
  readonly isKey: boolean;
} {
  const path: Step[] = [];
  for (const [i, node] of nodes.entries()) {
    const child = nodes[i + 1];
    if (child === undefined || node.kind === "scalar") break;
    if (node.kind === "seq") path.push(node.items.indexOf(child));
    else {
      const entry = node.entries.find(({ key, value }) => key === child || value === child);
      if (entry?.key === child) return { path, isKey: true };
      path.push(entry?.key.text ?? "");
    }
  }
  return { path, isKey: false };
}

/** True when a way ends in these steps; `*` stands for any one. */
export function endsWith(path: readonly Step[], ...end: readonly Step[]): boolean {
  const from = path.length - end.length;
  return from >= 0 && end.every((step, i) => step === "*" || step === path[from + i]);
}
