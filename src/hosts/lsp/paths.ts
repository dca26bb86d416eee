import { fileURLToPath, pathToFileURL } from "node:url";
import { toSlashes } from "../cli/input";

/** What the service knows a document by: its file's path with `/`, or the URI of one that is no file. */
export function pathOf(uri: string): string {
  if (!uri.startsWith("file:")) return uri;
  try {
    return toSlashes(fileURLToPath(uri));
  } catch {
    return uri; // A file on another machine.
  }
}

export function uriOf(path: string): string {
  return isFilePath(path) ? pathToFileURL(path).href : path;
}

/** One letter before a colon is a drive. */
export function isFilePath(path: string): boolean {
  return !/^[a-z][a-z0-9+.-]+:/i.test(path);
}
