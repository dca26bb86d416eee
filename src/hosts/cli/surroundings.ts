import { readdirSync, realpathSync, statSync } from "node:fs";
import { isWithin, parentOf } from "../../base/path";
import { surroundings, type Listing } from "../../features/workspace/surroundings";
import type { Service } from "../../service";
import { manifestsIn, toSlashes } from "./input";

/** Of all folders that one folder's manifests may refer to. */
const MAX_FOLDERS = 60;

/** The manifests of a folder and of those it may refer to. Each is to be told to the service before the next is asked for. */
export function* manifestsAround(
  folder: string,
  service: Pick<Service, "referredFolders">,
): Generator<string> {
  const pending = [folder, ...foldersAround(folder)];
  const seen = new Set(pending);
  const root = repositoryOf(folder) ?? folder;
  for (const each of pending) {
    yield* manifestsIn(each);
    for (const referred of service.referredFolders(`${each}/`)) {
      if (seen.has(referred) || seen.size >= MAX_FOLDERS || !staysIn(referred, root)) continue;
      seen.add(referred);
      pending.push(referred);
    }
  }
}

/** The folders around a folder whose manifests it may refer to, up to the root of its repository. */
function foldersAround(folder: string): readonly string[] {
  const root = repositoryOf(folder);
  if (root === undefined) return [];
  const asking = surroundings(folder, root);
  let step = asking.next();
  while (step.done !== true) step = asking.next(list(step.value));
  return step.value;
}

/** The root of the repository that a folder lies in. */
export function repositoryOf(folder: string): string | undefined {
  for (let at = folder; at !== ""; at = parentOf(at))
    if (statSync(`${at}/.git`, { throwIfNoEntry: false }) !== undefined) return at;
  return undefined;
}

/** False for a folder outside of the root, also when a link leads there: no manifest and no config file makes us read it. */
export function staysIn(folder: string, root: string): boolean {
  if (!isWithin(folder, root)) return false;
  try {
    return isWithin(toSlashes(realpathSync(folder)), toSlashes(realpathSync(root)));
  } catch {
    // What does not exist is read nowhere.
    return true;
  }
}

function list(folder: string): Listing {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    const names = (kind: "isFile" | "isDirectory"): string[] =>
      entries
        .filter((entry) => entry[kind]())
        .map(({ name }) => name)
        .sort();
    return { files: names("isFile"), folders: names("isDirectory") };
  } catch {
    return { files: [], folders: [] };
  }
}
