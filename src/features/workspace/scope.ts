import { isBelow, parentOf, resolveFrom } from "../../base/path";
import { Changes } from "../../base/tracked";
import { isKustomizationName } from "../../kubernetes/kustomization";
import type { Folder } from "./folder";

/** More folders beside each other are a collection of deployments, not the parts of one. */
export const MAX_RELATED = 12;

/** Objects that every environment may define again without being a copy of the other. */
const SHARED_KINDS = new Set(["Namespace", "CustomResourceDefinition", "Kustomization"]);

/**
 * Which folders see each other. A chart is seen whole; a kustomization sees what it deploys; a plain folder sees the ones next to
 * it (its parent, its siblings, its children), but for those that define the same objects again: they are other environments.
 */
export class Scopes {
  /** Files that came, went or changed. */
  readonly changes = new Changes();
  private readonly known = new WeakMap<Folder, { readonly at: number; readonly others: readonly Folder[] }>();

  constructor(private readonly folders: ReadonlyMap<string, Folder>) {}

  /** The other folders in view of one. */
  around(folder: Folder): readonly Folder[] {
    if (this.folders.size === 1) return NONE;
    const known = this.known.get(folder);
    const at = this.changes.count;
    if (known?.at === at) return known.others;
    // Set before it is worked out: what follows may ask again.
    this.known.set(folder, { at, others: known?.others ?? NONE });
    const others = this.find(folder);
    this.known.set(folder, { at, others });
    return others;
  }

  private find(folder: Folder): readonly Folder[] {
    const chart = this.chartOf(folder.path);
    if (chart !== undefined)
      return this.all().filter(
        (other) => other !== folder && this.isAtOrBelow(other, chart) && this.chartOf(other.path) === chart,
      );
    return folder.kustomization ? this.deployedBy(folder) : this.besides(folder);
  }

  private all(): readonly Folder[] {
    return [...this.folders.values()];
  }

  private isAtOrBelow(folder: Folder, root: string): boolean {
    return folder.path === root || isBelow(folder.path, root);
  }

  /** The nearest folder at or above that has a `Chart.yaml`. */
  private chartOf(path: string): string | undefined {
    for (let at = path; at !== ""; at = parentOf(at))
      if (this.folders.get(at)?.files.has(`${at}/${CHART}`) === true) return at;
    return undefined;
  }

  /** Everything that a kustomization refers to, directly or through others. */
  private deployedBy(folder: Folder): readonly Folder[] {
    const found = new Set([folder]);
    for (const each of found)
      for (const path of referredFolders(each)) {
        const other = this.folders.get(path);
        if (other) found.add(other);
      }
    found.delete(folder);
    return [...found];
  }

  /** True when a kustomization in another folder deploys this one, and so may change its objects. */
  isDeployedElsewhere(folder: Folder): boolean {
    return this.all().some(
      (other) => other !== folder && referredFolders(other).some((path) => path === folder.path),
    );
  }

  private besides(folder: Folder): readonly Folder[] {
    const parent = parentOf(folder.path);
    const near = this.all().filter(
      ({ path }) =>
        path !== folder.path &&
        path !== "" &&
        (path === parent || parentOf(path) === parent || parentOf(path) === folder.path),
    );
    const plain = near.filter((other) => !other.kustomization && this.chartOf(other.path) === undefined);
    if (plain.length > MAX_RELATED) return NONE;
    const counts = new Map<string, number>();
    for (const each of [folder, ...plain])
      for (const key of keysOf(each)) counts.set(key, (counts.get(key) ?? 0) + 1);
    return plain.filter((other) => keysOf(other).every((key) => counts.get(key) === 1));
  }
}

/** Files that say what their folder is. */
export function isMarkerName(name: string): boolean {
  return name === CHART || isKustomizationName(name);
}

export const CHART = "Chart.yaml";

const NONE: readonly Folder[] = [];

/** The folders that a folder's kustomization names, and those of the files it names elsewhere. */
export function referredFolders(folder: Folder): readonly string[] {
  const paths = (folder.kustomization?.resources ?? []).flatMap(
    (resource) => resolveFrom(folder.path, resource) ?? [],
  );
  return paths.map((path) => (/\.ya?ml$/.test(path) ? parentOf(path) : path));
}

function keysOf(folder: Folder): readonly string[] {
  const keys = folder.ownObjects().flatMap(({ kind, name, namespace }) => {
    return name === undefined || SHARED_KINDS.has(kind) ? [] : `${kind}/${namespace ?? ""}/${name}`;
  });
  return [...new Set(keys)];
}
