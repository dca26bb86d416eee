import { Tracker } from "../../base/tracked";
import type { MemoryPlan } from "../../sizing/plan-types";
import { applyEdits, toFileEdits, type FileEdit } from "../findings/fixes";
import type { Folder } from "../workspace/folder";
import { scratchOf } from "../workspace/scratch";
import { applyRow } from "./edit";
import type { SourceFile, Workspace } from "../workspace/workspace";

/**
 * The edits that turn a server into one of its "what if" rows. They are tried on a copy first: undefined unless the server of the
 * changed manifest has the very numbers that the row promised.
 */
export function whatIfEdits(
  workspace: Workspace,
  folder: Folder,
  file: SourceFile,
  position: number,
  row: string,
): readonly FileEdit[] | undefined {
  const server = folder.serversOf(file)[position];
  if (!server) return undefined;
  const { plan, load } = folder.plans;
  const context = { view: folder.viewFor(new Tracker()), plan, load };
  const applied = applyRow(server, folder.plans.input(server), row, context);
  if (!applied) return undefined;
  const edits = toFileEdits(applied.editor, workspace);
  const changed = scratchOf(folder);
  for (const [path, text] of textsAfter(workspace, edits)) changed.set(path, text);
  const after = changed.file(file.path);
  const home = changed.folderOf(file.path);
  const meant = after && home.serversOf(after)[position];
  return meant && isSame(home.plans.plan(meant), applied.plan) ? edits : undefined;
}

/** The texts of the files that edits change. */
function textsAfter(workspace: Workspace, edits: readonly FileEdit[]): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const path of new Set(edits.map((edit) => edit.path))) {
    const file = workspace.file(path);
    if (!file) continue;
    const own = edits.filter((edit) => edit.path === path);
    const spans = own.map(({ range, newText }) => ({
      start: file.index.offsetAt(range.start),
      end: file.index.offsetAt(range.end),
      newText,
    }));
    texts.set(path, applyEdits(file.text, spans));
  }
  return texts;
}

function isSame(a: MemoryPlan, b: MemoryPlan): boolean {
  const numbers = ({ fits, gpus, gpu, weights, kvCache, kv }: MemoryPlan): unknown[] => [
    fits,
    gpus,
    gpu?.name,
    weights?.value,
    kvCache?.value,
    kv.tokens?.value,
    kv.maxConcurrency?.value,
  ];
  return JSON.stringify(numbers(a)) === JSON.stringify(numbers(b));
}
