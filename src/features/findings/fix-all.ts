import type { Finding } from "../../rules/define";
import { collectFixes, minimalEdit, type FileEdit } from "./fixes";
import type { Folder } from "../workspace/folder";
import { scratchOf } from "../workspace/scratch";
import type { Workspace } from "../workspace/workspace";

/** More rounds than any chain of fixes needs; a fix that never settles is a bug, not a hang. */
const MAX_ROUNDS = 32;

/** The folder after the first fixes of the findings that `wanted` picks, in rounds, on a scratch copy. */
export function repaired(
  folder: Folder,
  findings: (scratch: Workspace) => readonly Finding[],
  wanted: (finding: Finding) => boolean,
): Workspace {
  const scratch = scratchOf(folder);
  fixInRounds(scratch, () => findings(scratch).filter(wanted));
  return scratch;
}

/** Applies the first fix of each wanted finding to a scratch workspace until none is left; returns the findings it fixed. */
export function fixInRounds(scratch: Workspace, wanted: () => readonly Finding[]): readonly Finding[] {
  const fixed: Finding[] = [];
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const found = wanted();
    const changed = collectFixes(found, scratch);
    if (changed.size === 0) break;
    fixed.push(...found);
    for (const [path, text] of changed) scratch.set(path, text);
  }
  return fixed;
}

/** One edit for each file of the folder that is not as it was. */
export function editsBetween(folder: Folder, scratch: Workspace): readonly FileEdit[] {
  return folder.filesInView().flatMap((file) => {
    const edit = minimalEdit(file.text, scratch.file(file.path)?.text ?? file.text);
    return edit ? { path: file.path, range: file.index.rangeOf(edit), newText: edit.newText } : [];
  });
}
