import type { Folder } from "./folder";
import { Workspace } from "./workspace";

/** What a folder has in view in a workspace of their own, to try a change on. */
export function scratchOf(folder: Folder): Workspace {
  const scratch = new Workspace(
    () => folder.assumptions,
    () => folder.modelFiles,
  );
  for (const file of folder.filesInView()) scratch.set(file.path, file.text);
  return scratch;
}
