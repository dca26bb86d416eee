import { FileType, workspace, type Uri } from "vscode";

/** A file's text; undefined when it cannot be read or is larger than `most` bytes. */
export async function readText(uri: Uri, most: number): Promise<string | undefined> {
  const size = await sizeOf(uri);
  if (size === undefined || size > most) return undefined;
  try {
    return new TextDecoder().decode(await workspace.fs.readFile(uri));
  } catch {
    return undefined;
  }
}

/** In bytes; undefined for what is no file. */
export async function sizeOf(uri: Uri): Promise<number | undefined> {
  try {
    const stat = await workspace.fs.stat(uri);
    return (stat.type & FileType.File) === 0 ? undefined : stat.size;
  } catch {
    return undefined;
  }
}
