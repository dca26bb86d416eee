import type { Spot } from "../yaml/document";
import { lineStartOf, nextLine } from "../yaml/format";

/** True when a comment stands on a value's line or on the one above: somebody has thought about it. */
export function isExplained(at: Spot): boolean {
  const { text, comments } = at.doc;
  const line = lineStartOf(text, at.span.start);
  const above = lineStartOf(text, Math.max(0, line - 1));
  const below = nextLine(text, at.span.end);
  return comments.some(({ span }) => above <= span.start && span.start < below);
}
