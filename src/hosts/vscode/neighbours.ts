import { FileType, Uri, workspace } from "vscode";
import { isWithin } from "../../base/path";
import { surroundings, type Listing } from "../../features/surroundings";
import { isConfigFile } from "./documents";
import { readText } from "./files";

/** For the sake of one folder. */
const MAX_FILES = 200;
const MAX_FOLDERS = 60;
const MAX_BYTES = 1_000_000;
/** Files read between two breaks, in which other extensions of the same process get their turn. */
const SLICE = 8;

/** Where the texts of manifests go, and what they refer to. */
export interface TextSink {
  referredFolders(path: string): readonly string[];
  setFile(path: string, text: string): void;
  removeFile(path: string): void;
}

/** Tells the service of the manifests around an open one: its claims, services and scalers are there. */
export class Neighbours {
  /** The files that were told for the sake of each folder somebody looks at. */
  private readonly told = new Map<string, ReadonlySet<string>>();

  constructor(private readonly sink: TextSink) {}

  /** Reads the manifests around a folder as they are on disk now. Open documents speak for themselves. */
  async read(folder: string): Promise<void> {
    const before = this.told.get(folder) ?? new Set();
    const now = new Set<string>();
    const pending = [folder, ...(await foldersAround(folder))];
    const seen = new Set(pending);
    // A reference of a manifest leads nowhere outside of what the person opened.
    const root = workspace.getWorkspaceFolder(Uri.parse(folder))?.uri.toString() ?? folder;
    for (const each of pending) {
      await this.readFolder(each, now);
      for (const referred of this.sink.referredFolders(`${each}/`)) {
        if (seen.has(referred) || seen.size >= MAX_FOLDERS || !isWithin(referred, root)) continue;
        seen.add(referred);
        pending.push(referred);
      }
    }
    this.told.set(folder, now);
    this.drop(before);
  }

  private async readFolder(folder: string, now: Set<string>): Promise<void> {
    const uris = await manifestsIn(Uri.parse(folder + "/"));
    for (let i = 0; i < uris.length && now.size < MAX_FILES; i += SLICE) {
      if (now.size > 0) await new Promise((resolve) => setTimeout(resolve, 0));
      const slice = uris.slice(i, i + SLICE);
      const texts = await Promise.all(slice.map(readManifest));
      slice.forEach((uri, k) => {
        const text = texts[k];
        if (text === undefined) return;
        now.add(uri.toString());
        if (!isOpen(uri.toString())) this.sink.setFile(uri.toString(), text);
      });
    }
  }

  /** A document was closed: what is on disk counts again, if anything around it is still looked at. */
  async closed(path: string): Promise<void> {
    const text = this.isTold(path) ? await readManifest(Uri.parse(path)) : undefined;
    if (isOpen(path)) return;
    if (text === undefined) this.sink.removeFile(path);
    else this.sink.setFile(path, text);
  }

  /** The last document of a folder was closed. */
  forget(folder: string): void {
    const before = this.told.get(folder) ?? new Set();
    this.told.delete(folder);
    this.drop(before);
  }

  private drop(paths: ReadonlySet<string>): void {
    for (const path of paths) if (!isOpen(path) && !this.isTold(path)) this.sink.removeFile(path);
  }

  private isTold(path: string): boolean {
    return [...this.told.values()].some((paths) => paths.has(path));
  }
}

/** Empty for a folder outside of the workspace: nobody opened what is around it. */
async function foldersAround(folder: string): Promise<readonly string[]> {
  const root = workspace.getWorkspaceFolder(Uri.parse(folder))?.uri.toString();
  if (root === undefined) return [];
  const asking = surroundings(folder, root);
  let step = asking.next();
  while (step.done !== true) step = asking.next(await list(Uri.parse(step.value)));
  return step.value;
}

async function list(folder: Uri): Promise<Listing> {
  try {
    const entries = await workspace.fs.readDirectory(folder);
    const names = (type: FileType): string[] =>
      entries
        .filter((entry) => (entry[1] & type) !== 0)
        .map(([name]) => encodeURIComponent(name))
        .sort();
    return { files: names(FileType.File), folders: names(FileType.Directory) };
  } catch {
    return { files: [], folders: [] };
  }
}

async function manifestsIn(folder: Uri): Promise<readonly Uri[]> {
  try {
    const entries = await workspace.fs.readDirectory(folder);
    return entries
      .filter(([name, type]) => (type & FileType.File) !== 0 && /\.ya?ml$/i.test(name))
      .map(([name]) => Uri.joinPath(folder, name))
      .filter((uri) => !isConfigFile(uri))
      .sort((a, b) => (a.path < b.path ? -1 : 1));
  } catch {
    return [];
  }
}

/** Undefined for what cannot be read, or is too large to look at. */
export function readManifest(uri: Uri): Promise<string | undefined> {
  return readText(uri, MAX_BYTES);
}

function isOpen(path: string): boolean {
  return workspace.textDocuments.some((document) => document.uri.toString() === path);
}
