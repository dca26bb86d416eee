import type { Comment } from "./document";
import type { YamlNode } from "./node";

/** All comments of a document: every `#` after white space that is not inside a scalar. */
export function findComments(text: string, root: YamlNode | null): readonly Comment[] {
  const candidates = [...text.matchAll(/(?<=^|[ \t])#([^\r\n]*)/gm)];
  if (candidates.length === 0) return [];
  const scalars = scalarSpans(root);
  const found: Comment[] = [];
  let s = 0;
  for (const match of candidates) {
    while (s < scalars.length && (scalars[s]?.end ?? 0) <= match.index) s++;
    const scalar = scalars[s];
    if (scalar && scalar.start < match.index) continue;
    found.push({ text: match[1] ?? "", span: { start: match.index, end: match.index + match[0].length } });
  }
  return found;
}

function scalarSpans(root: YamlNode | null): { start: number; end: number }[] {
  const spans: { start: number; end: number }[] = [];
  const seen = new Set<YamlNode>();
  const pending: (YamlNode | null)[] = [root];
  while (pending.length > 0) {
    const node = pending.pop();
    if (!node || seen.has(node)) continue;
    seen.add(node);
    if (node.kind === "map") for (const entry of node.entries) pending.push(entry.key, entry.value);
    else if (node.kind === "seq") for (const item of node.items) pending.push(item);
    else if (node.style === "literal" || node.style === "folded")
      spans.push(bodyOf(node.doc.text, node.span));
    else spans.push(node.span);
  }
  return spans.sort((a, b) => a.start - b.start);
}

/** A block scalar's header line may end in a comment, so only its body hides one. */
function bodyOf(text: string, span: { start: number; end: number }): { start: number; end: number } {
  const newline = text.indexOf("\n", span.start);
  return { start: newline === -1 ? span.end : Math.min(newline, span.end), end: span.end };
}
