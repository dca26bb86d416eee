import type { Span } from "../base/span";

const LINE_FEED = 10;

/**
 * Cuts a file at its `---` markers. A marker begins the chunk it opens, so each chunk is a text that parses alone.
 * YAML 1.2 (9.1.2) forbids `---` at the start of a line inside any scalar, so no parser is needed to find them.
 */
export function documentChunks(text: string): readonly Span[] {
  const chunks: Span[] = [];
  let start = 0;
  for (let at = text.indexOf("---"); at !== -1; at = text.indexOf("---", at + 3)) {
    if (at <= start || text.charCodeAt(at - 1) !== LINE_FEED || !isMarkerEnd(text.charCodeAt(at + 3)))
      continue;
    chunks.push({ start, end: at });
    start = at;
  }
  chunks.push({ start, end: text.length });
  return chunks;
}

/** White space or the end of the text (NaN) must follow a marker. */
function isMarkerEnd(code: number): boolean {
  return Number.isNaN(code) || code === 32 || code === 9 || code === 10 || code === 13;
}
