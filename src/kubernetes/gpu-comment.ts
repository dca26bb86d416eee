import type { Span } from "../base/span";
import { contains } from "../base/span";
import type { Comment } from "../yaml/document";
import type { Container } from "./model";

const DIRECTIVE = /^[\s#]*vllm-k8s:(?:.*[\s,;])?\s*gpu\s*=\s*(?:"([^"]+)"|'([^']+)'|([^\s,;]+))/;

/** Between a comment above a list item and the item: other comments, the dash. */
const MAX_GAP = 1000;

export interface GpuComment {
  readonly text: string;
  readonly span: Span;
}

/**
 * `# vllm-k8s: gpu=H100-80GB` where it means a container: inside it, or else the nearest one above it, or else below, in the
 * same object. Comments inside other containers mean those.
 */
export function gpuComment(container: Container, comments: readonly Comment[]): GpuComment | undefined {
  const { node, pod } = container;
  const found = comments.flatMap((comment) => {
    const match = DIRECTIVE.exec(comment.text);
    const text = match?.[1] ?? match?.[2] ?? match?.[3];
    return text === undefined ? [] : [{ text, span: comment.span }];
  });
  if (found.length === 0) return undefined;
  const inside = found.find((comment) => contains(node.span, comment.span));
  if (inside) return inside;
  const others = [...pod.containers, ...pod.initContainers].filter((other) => other.node !== node);
  const free = found.filter(
    (comment) =>
      !others.some((other) => contains(other.node.span, comment.span)) && isAbout(container, comment),
  );
  return free.findLast((comment) => comment.span.end <= node.span.start) ?? free[0];
}

/** Within the object or just above it, or anywhere in the document when the object is all of it. */
function isAbout(container: Container, comment: GpuComment): boolean {
  const { doc, node } = container.pod.object;
  if (doc.root === node || contains(node.span, comment.span)) return true;
  const gap = node.span.start - comment.span.end;
  return (
    gap >= 0 &&
    gap <= MAX_GAP &&
    /^(?:[\s-]|#[^\n]*\n)*$/.test(doc.text.slice(comment.span.end, node.span.start))
  );
}
