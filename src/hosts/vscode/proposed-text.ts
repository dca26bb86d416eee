import { TextIndex } from "../../base/text";
import { applyEdits, type FileEdit } from "../../features/fixes";

/** A text with edits applied, which stand in the editor's coordinates. */
export function proposedText(text: string, edits: readonly FileEdit[]): string {
  const index = new TextIndex(text);
  const spans = edits.map(({ range, newText }) => ({
    start: index.offsetAt(range.start),
    end: index.offsetAt(range.end),
    newText,
  }));
  return applyEdits(text, spans);
}
