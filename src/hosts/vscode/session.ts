import { Disposable, EventEmitter, window, workspace, type TextDocument } from "vscode";
import type { Settings } from "../../features/settings/settings";
import { createService, type Service } from "../../service";
import { ConfigFiles } from "./config-files";
import { folderOf, isConfigFile, isManifest, openManifests, pathOf } from "./documents";
import type { HubModels } from "./hub";
import { Log } from "./log";
import { LocalModels } from "./model-files";
import { Neighbours } from "./neighbours";
import { SECTION, SettingsSource } from "./settings";

/** A folder that was read longer ago than this is read again when a person comes back to it. */
const STALE_AFTER_MS = 5000;

interface Visit {
  readonly startedAt: number;
  readonly done: Promise<void>;
}

/** The one language service of this window, with what it needs to know of the world around. */
export class Session implements Disposable {
  readonly log = new Log();
  readonly configFiles = new ConfigFiles();
  readonly service: Service;
  private readonly settings = new SettingsSource((folder) => this.configFiles.settingsFor(folder));
  private readonly models = new LocalModels((folder) => this.settingsFor(folder + "/").models);
  private readonly neighbours: Neighbours;
  private readonly visits = new Map<string, Visit>();
  private readonly changed = new EventEmitter<string | undefined>();

  /** Findings may differ now: in one folder, or in all of them. */
  readonly onDidChange = this.changed.event;

  constructor(readonly hub: HubModels) {
    this.service = createService({
      settings: (path) => this.settingsFor(path),
      modelFiles: (path, id) => this.models.lookUp(folderOf(path), id) ?? this.hub.lookUp(id),
      today: () => new Date().toISOString().slice(0, 10),
      ruleFailed: (rule, error) => this.log.error(`The rule ${rule} failed`, error),
    });
    this.neighbours = new Neighbours(this.service);
    this.models.onDidFind((folder) => {
      this.service.settingsChanged();
      this.changed.fire(folder);
    });
    this.models.onDidMiss((id) => this.hub.want(id));
    this.hub.onDidFind(() => this.settingsChanged());
  }

  /**
   * Makes the service ready for questions about a document and returns its path there; undefined when there is
   * nothing to say about it. For a document without a sign of vLLM this costs one scan.
   */
  async prepare(document: TextDocument): Promise<string | undefined> {
    const path = this.tell(document);
    if (path === undefined || !this.service.concernsVllm(path)) return undefined;
    await this.visit(folderOf(path));
    return document.isClosed ? undefined : this.tell(document);
  }

  /** Gives the document's current text to the service. */
  private tell(document: TextDocument): string | undefined {
    const path = pathOf(document);
    if (!isManifest(document) || !this.settings.of(path).enabled) return undefined;
    this.service.setFile(path, document.getText());
    return path;
  }

  private visit(folder: string): Promise<void> {
    const known = this.visits.get(folder);
    if (known) return known.done;
    const done = folder === "" ? Promise.resolve() : this.lookAround(folder);
    this.visits.set(folder, { startedAt: Date.now(), done });
    return done;
  }

  private async lookAround(folder: string): Promise<void> {
    try {
      const [settingsChanged] = await Promise.all([
        this.configFiles.find(folder),
        this.neighbours.read(folder),
      ]);
      if (settingsChanged) this.forgetSettings();
      // Its last document was closed meanwhile.
      if (!this.visits.has(folder)) this.neighbours.forget(folder);
    } catch (error) {
      this.log.error(`Reading ${folder} failed`, error);
    }
  }

  /** Looks again at a folder that is in use, unless that was done a moment ago. */
  async revisit(folder: string, staleAfter = STALE_AFTER_MS): Promise<void> {
    const known = this.visits.get(folder);
    if (!known || folder === "" || Date.now() - known.startedAt < staleAfter) return;
    this.models.refresh(folder);
    const done = this.lookAround(folder);
    this.visits.set(folder, { startedAt: Date.now(), done });
    await done;
    this.changed.fire(folder);
  }

  /** Files came, went or were renamed somewhere, or a config file was saved. */
  revisitAll(): void {
    for (const folder of [...this.visits.keys()]) void this.revisit(folder, 0);
  }

  settingsChanged(): void {
    this.forgetSettings();
    this.changed.fire(undefined);
  }

  private forgetSettings(): void {
    this.settings.forget();
    this.models.refresh();
    this.service.settingsChanged();
  }

  closed(document: TextDocument): void {
    const path = pathOf(document);
    const folder = folderOf(path);
    if (openManifests(folder).length === 0) {
      this.visits.delete(folder);
      this.neighbours.forget(folder);
      this.configFiles.forget(folder);
      this.models.forget(folder);
    }
    void this.neighbours.closed(path);
  }

  settingsFor(path: string): Settings {
    return this.settings.of(path).settings;
  }

  isEnabled(document: TextDocument): boolean {
    return this.settings.of(pathOf(document)).enabled;
  }

  /** The answer to a question, or `otherwise` when the service fails: a person's work goes on without it. */
  ask<T>(what: string, otherwise: T, question: (service: Service) => T): T {
    try {
      return question(this.service);
    } catch (error) {
      this.log.error(what, error);
      return otherwise;
    }
  }

  dispose(): void {
    this.changed.dispose();
    this.configFiles.dispose();
    this.models.dispose();
    this.hub.dispose();
    this.log.dispose();
  }
}

/** Keeps a session in step with the window: settings, files, and where a person looks. */
export function followWorkspace(session: Session): Disposable {
  const checkConfig = (document: TextDocument): void => {
    if (isConfigFile(document.uri)) session.configFiles.check(document.uri, document.getText());
  };
  workspace.textDocuments.forEach(checkConfig);
  return Disposable.from(
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(SECTION)) session.settingsChanged();
    }),
    workspace.onDidOpenTextDocument(checkConfig),
    workspace.onDidChangeTextDocument((event) => checkConfig(event.document)),
    workspace.onDidSaveTextDocument((document) => {
      if (isConfigFile(document.uri)) session.revisitAll();
    }),
    workspace.onDidCreateFiles(() => session.revisitAll()),
    workspace.onDidDeleteFiles(() => session.revisitAll()),
    workspace.onDidRenameFiles(() => session.revisitAll()),
    window.onDidChangeActiveTextEditor((editor) => {
      if (editor && isManifest(editor.document)) void session.revisit(folderOf(pathOf(editor.document)));
    }),
  );
}
