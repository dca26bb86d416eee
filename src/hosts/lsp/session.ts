import { parentOf } from "../../base/path";
import { readConfigFile } from "../../features/settings/config-file";
import type { Settings } from "../../features/settings/settings";
import { createService, type Service } from "../../service";
import { ConfigFinder } from "../cli/config";
import { readText } from "../cli/input";
import type { Io } from "../cli/io";
import { LocalModels } from "../cli/models";
import { manifestsAround } from "../cli/surroundings";
import { today } from "../cli/today";
import type { OpenDocuments } from "./documents";
import { isFilePath } from "./paths";
import { isRecord } from "../../base/record";

/** For the sake of one folder, as in the editor extension. */
const MAX_FILES = 200;

export interface Log {
  error(text: string): void;
}

/** The one language service of this process, with what it needs to know of the files around the open ones. */
export class Session {
  readonly service: Service;
  private clientSettings: Partial<Settings> = {};
  private config: ConfigFinder;
  private models: LocalModels;
  /** The files that were told for the sake of each folder with an open document. */
  private readonly told = new Map<string, ReadonlySet<string>>();

  constructor(
    private readonly io: Io,
    private readonly documents: OpenDocuments,
    private readonly log: Log,
  ) {
    this.config = this.newConfig();
    this.models = this.newModels();
    this.service = createService({
      settings: (path) => this.settingsFor(path),
      modelFiles: (path, id) => (isFilePath(path) ? this.models.find(path, id) : undefined),
      today,
      ruleFailed: (rule, error) => this.log.error(`the rule ${rule} failed: ${String(error)}`),
    });
  }

  private newConfig(): ConfigFinder {
    return new ConfigFinder(this.io, undefined, {}, this.clientSettings);
  }

  private newModels(): LocalModels {
    return new LocalModels((path) => this.settingsFor(path).models);
  }

  private settingsFor(path: string): Settings {
    return this.config.settingsFor(isFilePath(path) ? path : `${this.io.cwd}/unsaved`);
  }

  /** Takes what a client sends as settings: the keys of a `.vllm-k8s.yaml`. What is not valid has no effect and is logged. */
  configure(value: unknown): void {
    const own = isRecord(value) && "vllmK8s" in value ? value.vllmK8s : value;
    const { settings, problems } = readConfigFile(isRecord(own) ? JSON.stringify(own) : "");
    for (const { message } of problems) this.log.error(`in the client's settings: ${message}`);
    this.clientSettings = settings;
    this.lookAgain();
  }

  /** Files or settings have changed: everything that was read is read again. */
  lookAgain(): void {
    this.config = this.newConfig();
    this.models = this.newModels();
    for (const folder of this.told.keys()) this.readAround(folder);
    this.service.settingsChanged();
  }

  setText(path: string): void {
    this.service.setFile(path, this.documents.textOf(path) ?? "");
  }

  closed(path: string): void {
    const folder = parentOf(path);
    if (!this.documents.paths().some((open) => parentOf(open) === folder)) {
      const before = this.told.get(folder) ?? new Set();
      this.told.delete(folder);
      this.drop(before);
    }
    const text = this.isTold(path) ? this.textOnDisk(path) : undefined;
    if (text === undefined) this.service.removeFile(path);
    else this.service.setFile(path, text);
  }

  /** The answer to a question on an open document, or `otherwise`: also when it has no sign of vLLM, or the service fails. */
  ask<T>(what: string, path: string, otherwise: T, question: (service: Service) => T): T {
    try {
      if (!this.documents.has(path) || !this.service.concernsVllm(path)) return otherwise;
      const folder = parentOf(path);
      if (!this.told.has(folder)) this.readAround(folder);
      return question(this.service);
    } catch (error) {
      this.log.error(`${what} failed: ${error instanceof Error ? error.stack : String(error)}`);
      return otherwise;
    }
  }

  /** Reads the manifests around a folder as they are on disk now. Open documents speak for themselves. */
  private readAround(folder: string): void {
    const before = this.told.get(folder) ?? new Set();
    const now = new Set<string>();
    this.told.set(folder, now);
    const paths = isFilePath(folder) && folder !== "" ? manifestsAround(folder, this.service) : [];
    for (const path of paths) {
      if (now.size >= MAX_FILES) break;
      const text = this.documents.has(path) ? undefined : this.textOnDisk(path);
      if (text !== undefined) this.service.setFile(path, text);
      now.add(path);
    }
    this.drop(before);
  }

  private textOnDisk(path: string): string | undefined {
    try {
      const file = readText({ path, isStdin: false }, this.io);
      return file?.isValid ? file.text : undefined;
    } catch {
      return undefined; // Nobody asked for it.
    }
  }

  private drop(paths: ReadonlySet<string>): void {
    for (const path of paths)
      if (!this.documents.has(path) && !this.isTold(path)) this.service.removeFile(path);
  }

  private isTold(path: string): boolean {
    return [...this.told.values()].some((paths) => paths.has(path));
  }
}
