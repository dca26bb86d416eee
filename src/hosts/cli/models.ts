import { readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import {
  MAX_MODEL_FILE_BYTES,
  MODEL_FILE_NAMES,
  modelFilesIn,
  modelPlaces,
  SINGLE_WEIGHT_FILE,
  type ModelFileName,
} from "../../features/workspace/model-places";
import type { Environment } from "../../service";

type ModelFiles = ReturnType<NonNullable<Environment["modelFiles"]>>;

/** Finds the files of models on disk: where the settings say, or beside the manifests. Each place is read once. */
export class LocalModels {
  private readonly found = new Map<string, ModelFiles>();

  constructor(private readonly namedFor: (path: string) => Readonly<Record<string, string>>) {}

  find(path: string, id: string): ModelFiles {
    const folder = dirname(path);
    const key = JSON.stringify([folder, id]);
    if (!this.found.has(key)) this.found.set(key, this.look(path, folder, id));
    return this.found.get(key);
  }

  private look(path: string, folder: string, id: string): ModelFiles {
    for (const place of modelPlaces(id, this.namedFor(path))) {
      const at = resolve(folder, place.folder);
      const files = modelFilesIn(id, place, textsIn(at), sizeOf(join(at, SINGLE_WEIGHT_FILE)));
      if (files !== undefined) return files;
    }
    return undefined;
  }
}

function textsIn(folder: string): ReadonlyMap<ModelFileName, string> {
  const texts = new Map<ModelFileName, string>();
  for (const name of MODEL_FILE_NAMES) {
    const text = textOf(join(folder, name));
    if (text !== undefined) texts.set(name, text);
  }
  return texts;
}

function textOf(file: string): string | undefined {
  try {
    const stats = statSync(file);
    return stats.isFile() && stats.size <= MAX_MODEL_FILE_BYTES ? readFileSync(file, "utf8") : undefined;
  } catch {
    return undefined;
  }
}

function sizeOf(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.size;
}
