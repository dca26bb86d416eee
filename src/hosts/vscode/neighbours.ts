import { FileType, Uri, workspace } from "vscode";
import { isWithin, parentOf } from "../../base/path";
import { surroundings, type Listing } from "../../features/workspace/surroundings";
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
    const listings = new Listings();
    // A reference of a manifest leads nowhere outside of what the person opened.
    const root = workspace.getWorkspaceFolder(Uri.parse(folder))?.uri.toString() ?? folder;
    const seen = new Set([folder, ...(await foldersAround(folder, listings))]);
    for (let pending = [...seen]; pending.length > 0;) {
      await this.readFolders(pending, listings, now);
      const referred = pending.flatMap((each) => this.sink.referredFolders(`${each}/`));
      pending = [...new Set(referred)].filter((each) => !seen.has(each) && isWithin(each, root));
      pending.splice(Math.max(0, MAX_FOLDERS - seen.size));
      for (const each of pending) seen.add(each);
    }
    this.told.set(folder, now);
    this.drop(before);
  }

  /** All folders are listed at once, for each is a journey to a server; their files follow a few at a time. */
  private async readFolders(folders: readonly string[], listings: Listings, now: Set<string>): Promise<void> {
    const lists = await Promise.all(folders.map((folder) => listings.of(folder)));
    const uris = folders
      .flatMap((folder, i) => manifestsIn(folder, lists[i] ?? NOTHING))
      .slice(0, Math.max(0, MAX_FILES - now.size));
    for (let i = 0; i < uris.length; i += SLICE) {
      if (i > 0) await new Promise((resolve) => setTimeout(resolve, 0));
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
async function foldersAround(folder: string, listings: Listings): Promise<readonly string[]> {
  const root = workspace.getWorkspaceFolder(Uri.parse(folder))?.uri.toString();
  if (root === undefined) return [];
  // A chart is searched for up to the root, unless one is found: nobody has to wait for one folder after the other.
  for (let at = folder; isWithin(at, root); at = parentOf(at)) void listings.of(at);
  const asking = surroundings(folder, root);
  let step = asking.next();
  while (step.done !== true) step = asking.next(await listings.of(step.value));
  return step.value;
}

const NOTHING: Listing = { files: [], folders: [] };

/** What folders hold, each asked for once. A folder that cannot be listed is empty. */
class Listings {
  private readonly known = new Map<string, Promise<Listing>>();

  of(folder: string): Promise<Listing> {
    const known = this.known.get(folder) ?? list(Uri.parse(folder + "/"));
    this.known.set(folder, known);
    return known;
  }
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
    return NOTHING;
  }
}

function manifestsIn(folder: string, { files }: Listing): readonly Uri[] {
  return files
    .filter((name) => /\.ya?ml$/i.test(name))
    .map((name) => Uri.joinPath(Uri.parse(folder + "/"), decodeURIComponent(name)))
    .filter((uri) => !isConfigFile(uri));
}

/** Undefined for what cannot be read, or is too large to look at. */
export function readManifest(uri: Uri): Promise<string | undefined> {
  return readText(uri, MAX_BYTES);
}

function isOpen(path: string): boolean {
  return workspace.textDocuments.some((document) => document.uri.toString() === path);
}
