import { parentOf } from "../../base/path";
import { createService, type Service } from "../../service";
import type { ConfigFinder } from "./config";
import {
  isConfigFile,
  readText,
  reasonOf,
  shownPath,
  type FileText,
  type InputProblem,
  type Target,
} from "./input";
import type { Io } from "./io";
import type { HubModels } from "./hub";
import { LocalModels } from "./models";
import { manifestsAround } from "./surroundings";
import { today } from "./today";

/** The manifests of one folder, told to the service; neighbours that nobody named are there to be referred to. */
export interface OpenFolder {
  /** Those that were asked for and could be read, in order. */
  readonly targets: readonly Target[];
  readonly texts: ReadonlyMap<string, FileText>;
}

/** A file that is left alone, and why. */
export interface Skipped {
  readonly file: string;
  readonly reason: string;
}

/** Opens the folders of the targets one after another, so that memory holds one at a time. */
export class Project {
  readonly problems: InputProblem[] = [];
  readonly skipped: Skipped[] = [];
  readonly failedRules = new Set<string>();
  private readonly service: Service;

  constructor(
    private readonly io: Io,
    private readonly config: ConfigFinder,
    hub?: HubModels,
  ) {
    const day = today();
    const models = new LocalModels((path) => config.settingsFor(path).models);
    this.service = createService({
      settings: (path) => config.settingsFor(path),
      modelFiles: (path, id) => models.find(path, id) ?? hub?.find(id),
      today: () => day,
      ruleFailed: (rule) => void this.failedRules.add(rule),
    });
  }

  *folders(targets: readonly Target[]): Generator<OpenFolder> {
    for (const group of byFolder(targets.filter((target) => !this.isConfig(target)))) {
      const texts = new Map<string, FileText>();
      const readable = group.filter((target) => this.open(target, texts));
      this.openSurroundings(group, texts);
      yield { targets: readable.filter((target) => this.isReadable(target, texts)), texts };
      for (const path of texts.keys()) this.service.removeFile(path);
    }
  }

  /** A config file named as an input is checked, not linted. */
  private isConfig(target: Target): boolean {
    if (!isConfigFile(target.path)) return false;
    this.config.read(target.path);
    return true;
  }

  setText(path: string, text: string): void {
    this.service.setFile(path, text);
  }

  private open(target: Target, texts: Map<string, FileText>): boolean {
    try {
      const file = readText(target, this.io);
      if (file) {
        texts.set(target.path, file);
        this.service.setFile(target.path, file.text);
        return true;
      }
      this.skipped.push({ file: target.shown, reason: REASONS["too-large"] });
    } catch (error) {
      this.problems.push({ shown: target.shown, message: reasonOf(error) });
    }
    return false;
  }

  /** What the targets of one folder may refer to. Standard input alone has no folder to look around in. */
  private openSurroundings(group: readonly Target[], texts: Map<string, FileText>): void {
    const first = group.find((target) => !target.isStdin);
    if (!first) return;
    for (const path of manifestsAround(parentOf(first.path), this.service))
      if (!texts.has(path)) this.openNeighbour(path, texts);
  }

  private openNeighbour(path: string, texts: Map<string, FileText>): void {
    try {
      const file = readText({ path, isStdin: false }, this.io);
      if (!file?.isValid) return;
      texts.set(path, file);
      this.service.setFile(path, file.text);
    } catch {
      return; // Nobody asked for it.
    }
  }

  /** Notes what cannot be analysed. A file without vLLM is nobody's concern, whatever its bytes. */
  private isReadable(target: Target, texts: ReadonlyMap<string, FileText>): boolean {
    const status = this.service.status(target.path);
    if (status === undefined || status === "no-vllm") return true;
    if (!texts.get(target.path)?.isValid) {
      this.problems.push({ shown: target.shown, message: "not UTF-8" });
      return false;
    }
    if (status !== "analysed") this.skipped.push({ file: target.shown, reason: REASONS[status] });
    return true;
  }

  /** Asks about one file. An answer that fails is a bug; the person learns which file it is, and gets the others. */
  ask<T>(target: Target, otherwise: T, question: (service: Service) => T): T {
    try {
      return question(this.service);
    } catch (error) {
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.problems.push({
        shown: target.shown,
        message: `a bug in vllm-k8s keeps it from being analysed: ${reason}`,
      });
      return otherwise;
    }
  }

  shown(path: string): string {
    return shownPath(path, this.io);
  }
}

const REASONS = {
  "too-large": "over 2 MB or 20,000 lines",
  conflict: "has merge conflict markers",
} as const;

function byFolder(targets: readonly Target[]): readonly (readonly Target[])[] {
  const groups = new Map<string, Target[]>();
  for (const target of targets) {
    const folder = parentOf(target.path);
    const group = groups.get(folder);
    if (group) group.push(target);
    else groups.set(folder, [target]);
  }
  return [...groups.values()];
}
