import type { Uri } from "vscode";
import { createService, type Diagnostic, type Service } from "../../service";
import { folderOf, openManifests, pathOf } from "./documents";
import { LocalModels } from "./model-files";
import { Neighbours, readManifest } from "./neighbours";
import type { Session } from "./session";
import { SettingsSource } from "./settings";

/** Files read between two breaks, in which other extensions of the same process get their turn. */
const SLICE = 8;

/**
 * Looks at manifests that nobody has open, one folder at a time, with a service of its own: what is computed for open documents
 * stays as it is, and memory holds one folder and what is around it.
 */
export class FolderLint {
  private readonly settings: SettingsSource;
  private readonly models: LocalModels;
  private readonly service: Service;

  constructor(private readonly session: Session) {
    this.settings = new SettingsSource((folder) => session.configFiles.settingsFor(folder));
    this.models = new LocalModels((folder) => this.settings.of(folder + "/").settings.models);
    this.service = createService({
      settings: (path) => this.settings.of(path).settings,
      modelFiles: (path, id) => this.models.lookUp(folderOf(path), id) ?? session.hub.lookUp(id),
      today: () => new Date().toISOString().slice(0, 10),
      ruleFailed: (rule, error) => session.log.error(`The rule ${rule} failed`, error),
    });
  }

  /** The findings of files that lie in one folder, in the order of the files; open ones are not among them. */
  async findingsIn(folder: string, uris: readonly Uri[]): Promise<ReadonlyMap<Uri, readonly Diagnostic[]>> {
    await this.readConfig(folder);
    if (!this.settings.of(folder + "/").enabled) return new Map();
    const open = this.tellOpen();
    const closed = uris.filter((uri) => !open.has(uri.toString()));
    const neighbours = new Neighbours(this.service);
    const told = await this.tell(closed);
    try {
      if (!this.service.concernsVllm(folder + "/")) return new Map();
      await neighbours.read(folder);
      const ask = (): ReadonlyMap<Uri, readonly Diagnostic[]> =>
        new Map(closed.map((uri) => [uri, this.service.diagnostics(uri.toString())]));
      const first = ask();
      if (!(await this.models.settled())) return first;
      this.service.settingsChanged();
      return ask();
    } finally {
      neighbours.forget(folder);
      for (const path of [...told, ...open]) this.service.removeFile(path);
      this.models.forget(folder);
    }
  }

  /** One config file counts for open documents too: they hear of a change that is seen here first. */
  private async readConfig(folder: string): Promise<void> {
    const changed = await this.session.configFiles.find(folder);
    if (openManifests(folder).length === 0) return;
    if (changed) this.session.settingsChanged();
  }

  /** Gives the texts of open documents to the service, as they are being edited: they have a part in what others mean. */
  private tellOpen(): ReadonlySet<string> {
    const open = openManifests();
    for (const document of open) this.service.setFile(pathOf(document), document.getText());
    return new Set(open.map(pathOf));
  }

  /** The paths of those that could be read. */
  private async tell(uris: readonly Uri[]): Promise<ReadonlySet<string>> {
    const told = new Set<string>();
    for (let i = 0; i < uris.length; i += SLICE) {
      const slice = uris.slice(i, i + SLICE);
      const texts = await Promise.all(slice.map(readManifest));
      slice.forEach((uri, k) => {
        const text = texts[k];
        if (text === undefined) return;
        told.add(uri.toString());
        this.service.setFile(uri.toString(), text);
      });
    }
    return told;
  }

  dispose(): void {
    this.models.dispose();
  }
}
