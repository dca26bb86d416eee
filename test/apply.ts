import { TextIndex } from "../src/base/text";
import { applyEdits, type FileEdit } from "../src/features/findings/fixes";

/** A text after edits given in editor coordinates. */
export function applyFileEdits(text: string, edits: readonly FileEdit[]): string {
  const index = new TextIndex(text);
  return applyEdits(
    text,
    edits.map(({ range, newText }) => ({
      start: index.offsetAt(range.start),
      end: index.offsetAt(range.end),
      newText,
    })),
  );
}
