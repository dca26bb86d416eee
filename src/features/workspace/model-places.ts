import { own } from "../../base/own";
import { isCatalogued } from "../../sizing/catalogue";
import { looksLikeModelConfig, modelFromFiles, parsedJson, type ModelFiles } from "../../sizing/model-files";
import { nameOf } from "../../base/path";

export { parsedJson };

/** A folder that may hold a model's files. */
export interface ModelPlace {
  /** Relative to the manifest's folder, empty for itself; a settings entry's own path when `isNamed`. */
  readonly folder: string;
  /** A person said so: then it is a fault when nothing is there. */
  readonly isNamed: boolean;
  /** Shown as the origin of what was read. */
  readonly source: string;
}

/** True for a name that may be asked for on the Hub: no path, and none that the catalogue holds as it is. */
export function isForHub(id: string): boolean {
  return (
    /^[A-Za-z0-9][\w.-]{0,95}\/[A-Za-z0-9][\w.-]{0,95}$/.test(id) &&
    !/\.\.|^(models?|data|mnt|weights|checkpoints)\//i.test(id) &&
    !isCatalogued(id)
  );
}

/** What is read of a folder, by the name of the file; a missing one has no entry. */
export type ModelFolder = ReadonlyMap<ModelFileName, string>;

export const MODEL_FILE_NAMES = [
  "config.json",
  "model.safetensors.index.json",
  "hf_quant_config.json",
] as const;
export type ModelFileName = (typeof MODEL_FILE_NAMES)[number];

/** Shown as the origin of what the Hub gave. */
export const HUB_SOURCE = "config.json from the Hub";

/** Why a model's files cannot be used; undefined when they can. */
export function problemOf(id: string, files: ModelFiles): string | undefined {
  const model = modelFromFiles(id, files);
  return "problem" in model ? model.problem : undefined;
}

/** The one weight file of a model that has no index. */
export const SINGLE_WEIGHT_FILE = "model.safetensors";

/** The index of a model of a thousand experts is a good ten megabytes long. */
export const MAX_MODEL_FILE_BYTES = 40_000_000;

/**
 * Where the files of a model may lie, most telling first: where the settings say, in a folder beside the manifest that is called as
 * the model or as the end of its path, beside the manifest itself. The last has no name to go by, so it counts only for models
 * that the catalogue does not hold.
 */
export function modelPlaces(id: string, named: Readonly<Record<string, string>>): readonly ModelPlace[] {
  const chosen = own(named, id);
  if (chosen !== undefined) {
    const folder = chosen.replace(/(^|[\\/])[^\\/]+\.json$/i, "").replace(/(.)[\\/]+$/, "$1") || ".";
    return [{ folder, isNamed: true, source: "config.json named in settings" }];
  }
  const parts = id
    .replace(/^[a-z0-9]+:\/\//i, "")
    .split("/")
    .filter((part) => part !== "" && part !== ".");
  if (parts.length === 0 || parts.some((part) => part === ".." || !/^[\w.+-]+$/.test(part))) return [];
  const folders = [...new Set([parts.join("/"), parts.at(-1) ?? ""])];
  const places = folders.map((folder) => place(folder, `config.json in ${folder}`));
  return isCatalogued(id) ? places : [...places, place("", "config.json beside the manifest")];
}

function place(folder: string, source: string): ModelPlace {
  return { folder, isNamed: false, source };
}

/** What a place says of a model; undefined when nothing there is about it. */
export function modelFilesIn(
  id: string,
  { isNamed, folder, source }: ModelPlace,
  texts: ModelFolder,
  singleFileBytes: number | undefined,
): ModelFiles | undefined {
  const config = texts.get("config.json");
  if (config === undefined)
    return isNamed ? { problem: `The ${source} for ${id} cannot be read.` } : undefined;
  // Another program's settings, or those of another model.
  if (!isNamed && !(looksLikeModelConfig(config) || isBroken(config))) return undefined;
  if (!isNamed && folder === "" && isOfAnother(id, config)) return undefined;
  return {
    config,
    index: texts.get("model.safetensors.index.json"),
    quantization: texts.get("hf_quant_config.json"),
    weightBytes: singleFileBytes,
    source,
  };
}

function isBroken(text: string): boolean {
  try {
    JSON.parse(text);
    return false;
  } catch {
    return true;
  }
}

/** `_name_or_path` holds where the file was saved from: telling only when it is a name on the Hub. */
function isOfAnother(id: string, config: string): boolean {
  const origin = /"_name_or_path"\s*:\s*"[\w.-]+\/([\w.-]+)"/.exec(config)?.[1];
  return origin !== undefined && origin.toLowerCase() !== nameOf(id).toLowerCase();
}
