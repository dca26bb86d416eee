import { isBelow, parentOf } from "../../base/path";
import { isKustomizationName } from "../../kubernetes/kustomization";
import { CHART, MAX_RELATED } from "./scope";

/** The names in a folder. */
export interface Listing {
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

const MAX_CHART_DEPTH = 6;
const MAX_FOLDERS = 60;

/**
 * The folders whose manifests matter to those of one folder, itself not among them; none above `root`. Yields each folder that has to be
 * listed and takes its listing, so that a host may do that at once or wait for it.
 */
export function* surroundings(folder: string, root: string): Generator<string, readonly string[], Listing> {
  const own = yield folder;
  const chart = yield* chartAround(folder, root);
  if (chart !== undefined) {
    const parts = yield* below(chart, MAX_CHART_DEPTH);
    return parts.filter((part) => part !== folder);
  }
  // What a kustomization deploys stands in it.
  if (own.files.some(isKustomizationName)) return [];
  const found = subfolders(folder, own);
  if (isBelow(folder, root)) {
    const parent = parentOf(folder);
    found.push(parent, ...subfolders(parent, yield parent).filter((sibling) => sibling !== folder));
  }
  return found;
}

/** Nothing when there are so many that they are a collection rather than parts. */
function subfolders(folder: string, { folders }: Listing): string[] {
  const names = folders.filter((name) => !name.startsWith(".") && name !== "node_modules");
  return names.length > MAX_RELATED ? [] : names.map((name) => `${folder}/${name}`);
}

function* chartAround(folder: string, root: string): Generator<string, string | undefined, Listing> {
  for (let at = folder; at === root || isBelow(at, root); at = parentOf(at)) {
    const { files } = yield at;
    if (files.includes(CHART)) return at;
  }
  return undefined;
}

function* below(folder: string, depth: number): Generator<string, readonly string[], Listing> {
  const found = [folder];
  for (const child of depth > 0 ? subfolders(folder, yield folder) : []) {
    if (found.length >= MAX_FOLDERS) break;
    found.push(...(yield* below(child, depth - 1)));
  }
  return found.slice(0, MAX_FOLDERS);
}
