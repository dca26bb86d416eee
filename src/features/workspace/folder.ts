import { nameOf } from "../../base/path";
import { StableList, TrackedCache, type Changes, type Tracker } from "../../base/tracked";
import type { KubeObject, PodTemplate, Scaler } from "../../kubernetes/model";
import { isKustomizationName, kustomizationOf, type Kustomization } from "../../kubernetes/kustomization";
import { objectsOf, type FileFacts } from "../../kubernetes/objects";
import { podTemplatesOf } from "../../kubernetes/pods";
import { scalersIn } from "../../kubernetes/scalers";
import type { QuerySite } from "../../metrics/model";
import { queriesOf, queriesOfDocument } from "../../metrics/queries";
import type { View } from "../../rules/context";
import { findIn, type ServerContext } from "../../vllm/context";
import type { VllmServer } from "../../vllm/model";
import { scalersOfRelease, scalersOfValues } from "../../vllm/chart-scalers";
import { serversOf, serversOfValues } from "../../vllm/server";
import type { SourceDocument } from "../../yaml/document";
import { Plans, type ModelLookup } from "./plans";
import type { Assumptions } from "../settings/settings";
import { ViewQuestions, type Contents } from "./view-questions";
import type { LoadedFile, SourceFile } from "./workspace";

/** What one document means, apart from its surroundings. */
export interface DocumentModel {
  readonly objects: readonly KubeObject[];
  readonly pods: ReadonlyMap<KubeObject, readonly PodTemplate[]>;
  readonly scalers: readonly Scaler[];
  readonly queries: readonly QuerySite[];
}

/** What a folder needs to know of those around it. */
export interface Surroundings {
  readonly changes: Changes;
  /** The other folders in view. */
  around(folder: Folder): readonly Folder[];
  /** True when a kustomization elsewhere may change the objects of this folder. */
  isDeployedElsewhere(folder: Folder): boolean;
}

interface Remembered extends DocumentModel {
  readonly facts: FileFacts;
}

interface PlacedModel {
  readonly file: SourceFile;
  readonly doc: SourceDocument;
  readonly model: DocumentModel;
}

/** The manifests of one folder, with everything found in them so far, and their view of the folders around. */
export class Folder implements Contents {
  readonly files = new Map<string, LoadedFile>();
  private readonly models = new WeakMap<SourceDocument, Remembered>();
  private readonly serverCache: TrackedCache<DocumentModel, readonly VllmServer[]>;
  private placed: readonly PlacedModel[] | undefined;
  private readonly kinds = new Map<string, StableList<KubeObject>>();
  private readonly questions: ViewQuestions;
  private readonly facts = new Map<string, FileFacts>();
  private marker: { readonly kustomization: Kustomization | undefined } | undefined;
  private readonly allObjects = new StableList(() => this.collect((model) => model.objects));
  private readonly allScalers = new StableList(() => this.collect((model) => model.scalers));
  private readonly allQueries = new StableList(() => this.collect((model) => model.queries));
  private readonly allServers = new StableList(() =>
    this.documents().flatMap(({ file, doc, model }) =>
      file.status === "analysed" ? this.serversOfModel(model, doc) : [],
    ),
  );

  readonly plans: Plans;

  constructor(
    readonly path: string,
    private readonly surroundings: Surroundings,
    readonly assumptions: Assumptions,
    readonly modelFiles?: ModelLookup,
  ) {
    this.plans = new Plans(assumptions, modelFiles);
    this.serverCache = new TrackedCache(surroundings.changes);
    this.questions = new ViewQuestions(surroundings.changes, this, () => surroundings.around(this));
  }

  /** True when no file here has a sign of vLLM: then nothing is parsed. */
  isQuiet(): boolean {
    return ![...this.files.values()].some((file) => file.status === "analysed");
  }

  set(file: LoadedFile): void {
    this.files.set(file.path, file);
    this.invalidate();
  }

  delete(path: string): void {
    if (this.files.delete(path)) this.invalidate();
  }

  /** Makes the lists anew when they are asked for next. */
  invalidate(): void {
    this.placed = undefined;
    this.marker = undefined;
    this.facts.clear();
    for (const list of [this.allObjects, this.allScalers, this.allQueries, this.allServers])
      list.invalidate();
    for (const list of this.kinds.values()) list.invalidate();
  }

  /** The folder as a rule sees it; what was asked is noted in the tracker. */
  viewFor(tracker: Tracker): View {
    return this.questions.viewFor(tracker);
  }

  /** All manifests in view, its own first. */
  filesInView(): readonly LoadedFile[] {
    return [this, ...this.surroundings.around(this)].flatMap(({ files }) => [...files.values()]);
  }

  /** True for itself and each other folder in view. */
  sees(path: string): boolean {
    return path === this.path || this.surroundings.around(this).some((other) => other.path === path);
  }

  ownObjects(): readonly KubeObject[] {
    return this.allObjects.get();
  }

  ownServers(): readonly VllmServer[] {
    return this.allServers.get();
  }

  ownScalers(): readonly Scaler[] {
    return this.allScalers.get();
  }

  ownQueries(): readonly QuerySite[] {
    return this.allQueries.get();
  }

  /** What the folder's own `kustomization.yaml` says; undefined where there is none. */
  get kustomization(): Kustomization | undefined {
    if (!this.marker) {
      const file = [...this.files.values()].find(({ path }) => isKustomizationName(nameOf(path)));
      const root = file?.documents[0]?.source.root;
      this.marker = { kustomization: root ? kustomizationOf(root) : undefined };
    }
    return this.marker.kustomization;
  }

  /** Everything in view, without a note of who asked: for features that a person calls. */
  view(): View {
    return this.questions.view();
  }

  serversIn(doc: SourceDocument, file: SourceFile): readonly VllmServer[] {
    return this.serversOfModel(this.model(doc, file), doc);
  }

  private serversOfModel(model: DocumentModel, doc: SourceDocument): readonly VllmServer[] {
    return this.serverCache.get(model, (tracker) => {
      const view = this.viewFor(tracker);
      const { objects, pods } = model;
      const context: ServerContext = {
        objects: (kind) => view.objects(kind),
        // An edit in one ConfigMap leaves the servers alone that refer to others.
        find: (kind, name, namespace) => findIn(view.named(kind, name), name, namespace),
        assume: this.assumptions,
      };
      if (objects.length === 0) return serversOfValues(doc, context);
      return objects
        .flatMap((object) => serversOf(object, pods.get(object) ?? [], context))
        .slice(0, MAX_SERVERS);
    });
  }

  podsIn(doc: SourceDocument, file: SourceFile): readonly PodTemplate[] {
    return [...this.model(doc, file).pods.values()].flat();
  }

  /** Every object in view, in file order. */
  objects(): readonly KubeObject[] {
    return this.questions.objects().answer();
  }

  scalers(): readonly Scaler[] {
    return this.questions.scalers().answer();
  }

  /** Every server in view, in file order. */
  servers(): readonly VllmServer[] {
    return this.questions.servers().answer();
  }

  /** The servers of one file, in text order. */
  serversOf(file: SourceFile): readonly VllmServer[] {
    return file.documents.flatMap(({ source }) => this.serversIn(source, file));
  }

  offsetIn(file: SourceFile, doc: SourceDocument): number | undefined {
    return file.offsetOf(doc);
  }

  model(doc: SourceDocument, file: SourceFile): DocumentModel {
    const facts = this.factsOf(file.path);
    let model = this.models.get(doc);
    if (!model || !sameFacts(model.facts, facts)) {
      const objects = objectsOf(doc, facts);
      model = {
        facts,
        objects,
        pods: new Map(objects.map((object) => [object, podTemplatesOf(object)])),
        scalers: objects.length > 0 ? objects.flatMap(scalersAskedFor) : scalersOfValues(doc),
        queries: objects.length > 0 ? objects.flatMap(queriesOf) : queriesOfDocument(doc),
      };
      this.models.set(doc, model);
    }
    return model;
  }

  private factsOf(path: string): FileFacts {
    let facts = this.facts.get(path);
    if (!facts) {
      const patched = this.kustomization?.alters === true || this.surroundings.isDeployedElsewhere(this);
      facts = {
        path,
        kustomize: patched || isBelowFolder(path, /^(bases?|components)$/) ? "base" : "none",
        helmTemplate: isBelowFolder(path, /^templates$/),
      };
      this.facts.set(path, facts);
    }
    return facts;
  }

  /** Objects of a kind in view. */
  objectsOfKind(kind: string): readonly KubeObject[] {
    return this.questions.ofKind(kind).answer();
  }

  ownOfKind(kind: string): readonly KubeObject[] {
    let list = this.kinds.get(kind);
    if (!list) {
      list = new StableList(() => this.allObjects.get().filter((object) => object.kind === kind));
      this.kinds.set(kind, list);
    }
    return list.get();
  }

  private documents(): readonly PlacedModel[] {
    return (this.placed ??= [...this.files.values()].flatMap((file) =>
      file.documents.map(({ source }) => ({ file, doc: source, model: this.model(source, file) })),
    ));
  }

  private collect<T>(pick: (model: DocumentModel) => readonly T[]): readonly T[] {
    return this.documents().flatMap(({ model }) => pick(model));
  }
}

function scalersAskedFor(object: KubeObject): readonly Scaler[] {
  return [...scalersIn(object), ...scalersOfRelease(object)];
}

/** Of one document. No pod has so many; a text that has was made to keep us busy. */
const MAX_SERVERS = 250;

/** How many of the folders above a file say what it is; those further up are where somebody keeps the repository. */
const TELLING_FOLDERS = 3;

/** Manifests below `base` and a chart's `templates` are completed elsewhere, by what their authors call these folders. */
function isBelowFolder(path: string, names: RegExp): boolean {
  return path
    .split("/")
    .slice(-1 - TELLING_FOLDERS, -1)
    .some((folder) => names.test(folder));
}

function sameFacts(a: FileFacts, b: FileFacts): boolean {
  return a === b || (a.kustomize === b.kustomize && a.helmTemplate === b.helmTemplate);
}
