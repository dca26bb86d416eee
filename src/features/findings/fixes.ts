import { TextIndex, type Range } from "../../base/text";
import type { Finding, Fix } from "../../rules/define";
import type { Spot } from "../../yaml/document";
import { YamlEditor, type DocumentEdit } from "../../yaml/edit";
import type { Workspace } from "../workspace/workspace";

/** A change of one place in a file, in editor coordinates. */
export interface FileEdit {
  readonly path: string;
  readonly range: Range;
  readonly newText: string;
}

export function isSafe(finding: Finding, fix: Fix): boolean {
  return fix.safe ?? finding.rule.fix === "safe";
}

/** The edits of one fix. Empty when a document it would change is no longer there. */
export function editsOf(fix: Fix, workspace: Workspace): readonly FileEdit[] {
  const editor = new YamlEditor();
  fix.apply(editor);
  return toFileEdits(editor, workspace);
}

export function toFileEdits(editor: YamlEditor, workspace: Workspace): readonly FileEdit[] {
  return editor.edits.flatMap(({ doc, span, newText }) => {
    const place = workspace.placeOf({ doc, span });
    if (!place) return [];
    const { file, start, end } = place;
    return {
      path: file.path,
      range: file.index.rangeOf({ start, end }),
      newText: inStyleOf(file.text, newText),
    };
  });
}

/** Edits of one file applied to its text. Insertions at the same place keep their order. */
export function applyEdits(
  text: string,
  edits: readonly { start: number; end: number; newText: string }[],
): string {
  const sorted = edits.map((edit, i) => ({ ...edit, i })).sort((a, b) => b.start - a.start || b.i - a.i);
  return sorted.reduce((result, e) => result.slice(0, e.start) + e.newText + result.slice(e.end), text);
}

/** The text of a file with those of the edits that are its own. */
export function textAfter(text: string, path: string, edits: readonly FileEdit[]): string {
  const index = new TextIndex(text);
  return applyEdits(
    text,
    edits
      .filter((edit) => edit.path === path)
      .map(({ range, newText }) => ({
        start: index.offsetAt(range.start),
        end: index.offsetAt(range.end),
        newText,
      })),
  );
}

/**
 * Texts after the findings' first fixes. A fix is taken whole or not at all: one that would touch a place an earlier one has
 * changed, or add something at the same place, waits for the next round, in which the rules have seen the new text.
 */
export function collectFixes(
  findings: readonly Finding[],
  workspace: Workspace,
): ReadonlyMap<string, string> {
  const taken: DocumentEdit[] = [];
  for (const finding of findings) {
    const editor = new YamlEditor();
    finding.fixes()[0]?.apply(editor);
    if (!editor.edits.some((edit) => taken.some((other) => meet(edit, other)))) taken.push(...editor.edits);
  }
  const byFile = new Map<string, { start: number; end: number; newText: string }[]>();
  const texts = new Map<string, string>();
  for (const { doc, span, newText } of taken) {
    const place = workspace.placeOf({ doc, span } satisfies Spot);
    if (!place) continue;
    texts.set(place.file.path, place.file.text);
    const list = byFile.get(place.file.path) ?? [];
    list.push({ start: place.start, end: place.end, newText: inStyleOf(place.file.text, newText) });
    byFile.set(place.file.path, list);
  }
  return new Map([...byFile].map(([path, edits]) => [path, applyEdits(texts.get(path) ?? "", edits)]));
}

/** New lines end as the file's own do. */
function inStyleOf(text: string, newText: string): string {
  return text.includes("\r\n") ? newText.replace(/\r?\n/g, "\r\n") : newText;
}

function meet(a: DocumentEdit, b: DocumentEdit): boolean {
  return a.doc === b.doc && a.span.start <= b.span.end && b.span.start <= a.span.end;
}

/** The one edit that turns a text into another: what they share at both ends stays untouched. */
export function minimalEdit(
  before: string,
  after: string,
): { start: number; end: number; newText: string } | undefined {
  if (before === after) return undefined;
  const shortest = Math.min(before.length, after.length);
  let start = 0;
  while (start < shortest && before[start] === after[start]) start++;
  // An edit that begins between the two characters of a line break has no place in an editor.
  if (start > 0 && before[start - 1] === "\r") start--;
  let tail = 0;
  while (tail < shortest - start && before[before.length - 1 - tail] === after[after.length - 1 - tail])
    tail++;
  if (tail > 0 && before[before.length - tail] === "\n" && before[before.length - tail - 1] === "\r") tail--;
  return { start, end: before.length - tail, newText: after.slice(start, after.length - tail) };
}
