import { EventEmitter, Uri, workspace, type Disposable } from "vscode";
import {
  MAX_MODEL_FILE_BYTES,
  MODEL_FILE_NAMES,
  modelFilesIn,
  modelPlaces,
  SINGLE_WEIGHT_FILE,
  type ModelFileName,
  type ModelPlace,
} from "../../features/workspace/model-places";
import type { Environment } from "../../service";
import { readText, sizeOf } from "./files";

type ModelFiles = ReturnType<NonNullable<Environment["modelFiles"]>>;

interface Known {
  files: ModelFiles;
  /** False once what was read may be out of date. */
  fresh: boolean;
}

/**
 * The files of models beside manifests or named in settings. A question is answered from what was read before; the first one about
 * a model starts the reading, and `onDidFind` tells when the answer has become another.
 */
export class LocalModels implements Disposable {
  private readonly known = new Map<string, Map<string, Known>>();
  private readonly found = new EventEmitter<string>();
  private readonly missed = new EventEmitter<string>();
  private readonly reading = new Set<Promise<void>>();

  /** The files of a model came, went or changed; the folder. */
  readonly onDidFind = this.found.event;

  /** Nothing lies here about a model; its name. */
  readonly onDidMiss = this.missed.event;

  constructor(private readonly namedFor: (folder: string) => Readonly<Record<string, string>>) {}

  lookUp(folder: string, id: string): ModelFiles {
    if (folder === "") return undefined;
    const models = this.known.get(folder) ?? new Map<string, Known>();
    this.known.set(folder, models);
    const known = models.get(id);
    if (known?.fresh) return known.files;
    models.set(id, { files: known?.files, fresh: true });
    const reading = this.read(folder, id, models).finally(() => this.reading.delete(reading));
    this.reading.add(reading);
    return known?.files;
  }

  /** Waits for all that was asked for; false when there was nothing to wait for. */
  async settled(): Promise<boolean> {
    const waits = this.reading.size > 0;
    await Promise.all(this.reading);
    return waits;
  }

  /** The folder is looked at anew: so are its models, at the next question. */
  refresh(folder?: string): void {
    for (const [name, models] of this.known) {
      if (folder !== undefined && name !== folder) continue;
      for (const known of models.values()) known.fresh = false;
    }
  }

  forget(folder: string): void {
    this.known.delete(folder);
  }

  private async read(folder: string, id: string, models: Map<string, Known>): Promise<void> {
    const files = await find(folder, id, this.namedFor(folder));
    if (files === undefined) this.missed.fire(id);
    const known = models.get(id);
    if (!known || JSON.stringify(known.files) === JSON.stringify(files)) return;
    known.files = files;
    this.found.fire(folder);
  }

  dispose(): void {
    this.found.dispose();
    this.missed.dispose();
  }
}

async function find(
  folder: string,
  id: string,
  named: Readonly<Record<string, string>>,
): Promise<ModelFiles> {
  for (const place of modelPlaces(id, named)) {
    const at = uriOf(folder, place);
    const texts = new Map<ModelFileName, string>();
    for (const name of MODEL_FILE_NAMES) {
      const text = await readText(Uri.joinPath(at, name), MAX_MODEL_FILE_BYTES);
      if (text !== undefined) texts.set(name, text);
      else if (name === "config.json") break;
    }
    const bytes = texts.size > 0 ? await sizeOf(Uri.joinPath(at, SINGLE_WEIGHT_FILE)) : undefined;
    const files = modelFilesIn(id, place, texts, bytes);
    if (files !== undefined) return files;
  }
  return undefined;
}

/** A path of the settings is relative to the workspace folder; one of a `.vllm-k8s.yaml` has become a URI already. */
function uriOf(folder: string, place: ModelPlace): Uri {
  const base = Uri.parse(folder + "/");
  if (!place.isNamed) return Uri.joinPath(base, place.folder);
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(place.folder)) return Uri.parse(place.folder);
  if (place.folder.startsWith("/")) return base.with({ path: place.folder });
  return Uri.joinPath(workspace.getWorkspaceFolder(base)?.uri ?? base, place.folder);
}
