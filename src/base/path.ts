/** Paths are texts with `/`: of files, or URIs. */

/** The folder that a file or folder lies in; empty for a name alone. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

export function isBelow(path: string, folder: string): boolean {
  return path.startsWith(folder + "/");
}

/** At a folder or below it. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || isBelow(path, folder.replace(/\/$/, ""));
}

/** A relative path, from a folder; undefined for one that is absolute, a URL, or leads above the root. */
export function resolveFrom(folder: string, relative: string): string | undefined {
  if (relative.startsWith("/") || relative.includes(":")) return undefined;
  let path = folder;
  for (const part of relative.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") path += "/" + part;
    else if (path === "") return undefined;
    else path = parentOf(path);
  }
  return path;
}
