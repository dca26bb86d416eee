import type { KubeObject } from "../../kubernetes";
import type { YamlMap, YamlNode, YamlScalar } from "../../yaml/node";
import { endsWith, type Step } from "../completion/path";

/** A scalar of an object as a value, with the keys and indices that lead to it. */
export interface Leaf {
  readonly path: readonly Step[];
  readonly scalar: YamlScalar;
  readonly parent: YamlNode;
}

const memory = new WeakMap<YamlMap, readonly Leaf[]>();

/** Aliases can make a few lines infinitely deep, or wide. */
const MAX_DEPTH = 24;
const MAX_LEAVES = 20_000;

/** Every scalar value of an object, each node once. */
export function leavesOf({ node }: KubeObject): readonly Leaf[] {
  let leaves = memory.get(node);
  if (!leaves) {
    const found: Leaf[] = [];
    collect(node, [], found, new Set());
    memory.set(node, (leaves = found));
  }
  return leaves;
}

function collect(node: YamlNode, path: readonly Step[], into: Leaf[], seen: Set<YamlNode>): void {
  if (node.kind === "scalar" || seen.has(node) || path.length > MAX_DEPTH || into.length > MAX_LEAVES) return;
  seen.add(node);
  const children: readonly (readonly [Step, YamlNode | null])[] =
    node.kind === "seq"
      ? node.items.map((item, i) => [i, item])
      : node.entries.map(({ key, value }) => [key.text, value]);
  for (const [step, child] of children) {
    if (child?.kind === "scalar") into.push({ path: [...path, step], scalar: child, parent: node });
    else if (child) collect(child, [...path, step], into, seen);
  }
}

/** The scalars whose way ends in these steps. */
export function leavesAt(object: KubeObject, ...end: readonly Step[]): readonly Leaf[] {
  return leavesOf(object).filter(({ path }) => endsWith(path, ...end));
}
