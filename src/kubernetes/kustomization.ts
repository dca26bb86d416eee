import { asMap, asSeq, textAt, type YamlNode } from "../yaml/node";

/** What a `kustomization.yaml` says of the files and folders around it; paths are as written. */
export interface Kustomization {
  /** Files and folders whose objects it deploys. */
  readonly resources: readonly string[];
  /** Files that hold changes of objects, not objects. */
  readonly patches: readonly string[];
  /** True when it changes more of its objects than names, namespaces, labels and images. */
  readonly alters: boolean;
}

const RESOURCES = ["resources", "bases", "components"];
/** Fields by which objects are changed (kustomize's API, `types.Kustomization`). */
const CHANGES = [
  "patches",
  "patchesStrategicMerge",
  "patchesJson6902",
  "replacements",
  "transformers",
  "components",
];
const NAMES = new Set(["kustomization.yaml", "kustomization.yml"]);

export function isKustomizationName(name: string): boolean {
  return NAMES.has(name);
}

export function kustomizationOf(root: YamlNode | null): Kustomization {
  const map = asMap(root);
  const items = (key: string): readonly YamlNode[] => asSeq(map?.get(key))?.items ?? [];
  const texts = (keys: readonly string[]): readonly string[] =>
    keys.flatMap(items).flatMap((item) => (item.kind === "scalar" && !item.templated ? item.text : []));
  const patchFiles = items("patches").flatMap((item) => textAt(item, "path") ?? []);
  return {
    resources: texts(RESOURCES),
    patches: [...texts(["patchesStrategicMerge"]), ...patchFiles],
    alters: CHANGES.some((key) => items(key).length > 0),
  };
}
