import { FileType, Uri, workspace } from "vscode";
import { folderOf, isConfigFile } from "./documents";

const MAX_FILES = 100;
const MAX_BYTES = 1_000_000;
/** Files read between two breaks, in which other extensions of the same process get their turn. */
const SLICE = 8;

/** Where the texts of a folder's manifests go. */
export interface TextSink {
  setFile(path: string, text: string): void;
  removeFile(path: string): void;
}

/** Tells the service of the manifests beside an open one: its claims, services and scalers are there. */
export class Neighbours {
  private readonly told = new Map<string, Set<string>>();

  constructor(private readonly sink: TextSink) {}

  /** Reads a folder's manifests as they are on disk now. Open documents speak for themselves. */
  async read(folder: string): Promise<void> {
    const before = this.told.get(folder) ?? new Set();
    const now = new Set<string>();
    const uris = await manifestsIn(Uri.parse(folder + "/"));
    for (let i = 0; i < uris.length; i += SLICE) {
      if (i > 0) await new Promise((resolve) => setTimeout(resolve, 0));
      const slice = uris.slice(i, i + SLICE);
      const texts = await Promise.all(slice.map(readText));
      slice.forEach((uri, k) => {
        const text = texts[k];
        if (text === undefined) return;
        now.add(uri.toString());
        if (!isOpen(uri.toString())) this.sink.setFile(uri.toString(), text);
      });
    }
    this.told.set(folder, now);
    for (const path of before) if (!now.has(path) && !isOpen(path)) this.sink.removeFile(path);
  }

  /** A document was closed: what is on disk counts again, if anything of its folder is still looked at. */
  async closed(path: string): Promise<void> {
    const text = this.told.get(folderOf(path))?.has(path) ? await readText(Uri.parse(path)) : undefined;
    if (isOpen(path)) return;
    if (text === undefined) this.sink.removeFile(path);
    else this.sink.setFile(path, text);
  }

  /** The last document of a folder was closed. */
  forget(folder: string): void {
    for (const path of this.told.get(folder) ?? []) this.sink.removeFile(path);
    this.told.delete(folder);
  }
}

async function manifestsIn(folder: Uri): Promise<readonly Uri[]> {
  try {
    const entries = await workspace.fs.readDirectory(folder);
    return entries
      .filter(([name, type]) => (type & FileType.File) !== 0 && /\.ya?ml$/i.test(name))
      .map(([name]) => Uri.joinPath(folder, name))
      .filter((uri) => !isConfigFile(uri))
      .sort((a, b) => (a.path < b.path ? -1 : 1))
      .slice(0, MAX_FILES);
  } catch {
    return [];
  }
}

async function readText(uri: Uri): Promise<string | undefined> {
  try {
    if ((await workspace.fs.stat(uri)).size > MAX_BYTES) return undefined;
    return new TextDecoder().decode(await workspace.fs.readFile(uri));
  } catch {
    return undefined;
  }
}

function isOpen(path: string): boolean {
  return workspace.textDocuments.some((document) => document.uri.toString() === path);
}
