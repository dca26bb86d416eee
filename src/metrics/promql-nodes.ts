import type { Span } from "../base/span";

/** What is used of a lezer tree; the parser's package is only loaded at the first query. */
export interface Tree {
  cursor(): Cursor;
}

interface Cursor {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly type: { readonly isError: boolean };
  firstChild(): boolean;
  nextSibling(): boolean;
  parent(): boolean;
}

export interface TreeNode {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly isError: boolean;
  readonly children: readonly TreeNode[];
}

/** A node while its children are collected; most have none, and share one empty list. */
interface Growing extends TreeNode {
  children: TreeNode[];
}

const NONE: TreeNode[] = [];

/** Below these stands only the name of the operator or function, which their text says as well. */
const WORDS = new Set([
  "AggregateOp",
  "FunctionIdentifier",
  "MatchOp",
  "BoolModifier",
  "LabelName",
  "Identifier",
]);

/** One pass of a cursor: the tree's own nodes are made anew at every look, which takes longer than the parse. */
export function nodesOf(cursor: Cursor): {
  readonly top: TreeNode;
  readonly brokenAt: Span | undefined;
} {
  const top = nodeAt(cursor);
  const open = [top];
  let brokenAt = top.isError ? spanOf(top) : undefined;
  let hasMore = cursor.firstChild();
  while (hasMore) {
    const node = nodeAt(cursor);
    const parent = open[open.length - 1] ?? top;
    if (parent.children === NONE) parent.children = [node];
    else parent.children.push(node);
    if (node.isError) brokenAt ??= spanOf(node);
    if (!WORDS.has(node.name) && cursor.firstChild()) {
      open.push(node);
      continue;
    }
    hasMore = cursor.nextSibling();
    while (!hasMore && open.length > 1) {
      open.pop();
      cursor.parent();
      hasMore = cursor.nextSibling();
    }
  }
  return { top, brokenAt };
}

function nodeAt({ name, from, to, type }: Cursor): Growing {
  return { name, from, to, isError: type.isError, children: NONE };
}

export function spanOf(node: TreeNode): Span {
  return { start: node.from, end: node.to };
}
