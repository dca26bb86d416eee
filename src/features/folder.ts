import { StableList, TrackedCache, type Tracker } from "../base/tracked";
import type { KubeObject, PodTemplate, Scaler } from "../kubernetes/model";
import { objectsOf, type FileFacts } from "../kubernetes/objects";
import { podTemplatesOf } from "../kubernetes/pods";
import { scalerOf } from "../kubernetes/scalers";
import type { QuerySite } from "../metrics/model";
import { queriesOf, queriesOfDocument } from "../metrics/queries";
import type { View } from "../rules/context";
import { findIn, type ServerContext } from "../vllm/context";
import type { VllmServer } from "../vllm/model";
import { serversOf, serversOfValues } from "../vllm/server";
import type { SourceDocument } from "../yaml/document";
import { Plans, type ModelLookup } from "./plans";
import type { Assumptions } from "./settings";
import type { LoadedFile, SourceFile } from "./workspace";

/** What one document means, apart from its surroundings. */
export interface DocumentModel {
  readonly objects: readonly KubeObject[];
  readonly pods: ReadonlyMap<KubeObject, readonly PodTemplate[]>;
  readonly scalers: readonly Scaler[];
  readonly queries: readonly QuerySite[];
}

/** The manifests that see each other, with everything found in them so far. */
export class Folder {
  readonly files = new Map<string, LoadedFile>();
  private readonly models = new WeakMap<SourceDocument, DocumentModel>();
  private readonly serverCache = new TrackedCache<SourceDocument, readonly VllmServer[]>();
  private placed: readonly (readonly [SourceFile, SourceDocument])[] | undefined;
  private readonly kinds = new Map<string, StableList<KubeObject>>();
  private readonly allObjects = new StableList(() => this.collect((model) => model.objects));
  private readonly allScalers = new StableList(() => this.collect((model) => model.scalers));
  private readonly allQueries = new StableList(() => this.collect((model) => model.queries));
  private readonly allServers = new StableList(() =>
    this.documents().flatMap(([file, doc]) => (file.status === "analysed" ? this.serversIn(doc, file) : [])),
  );

  readonly plans: Plans;

  constructor(
    readonly assumptions: Assumptions,
    readonly modelFiles?: ModelLookup,
  ) {
    this.plans = new Plans(assumptions, modelFiles);
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

  private invalidate(): void {
    this.placed = undefined;
    for (const list of [this.allObjects, this.allScalers, this.allQueries, this.allServers])
      list.invalidate();
    for (const list of this.kinds.values()) list.invalidate();
  }

  /** The folder as a rule sees it; what was asked is noted in the tracker. */
  viewFor(tracker: Tracker): View {
    return {
      objects: (kind) => tracker.ask(() => this.objectsOfKind(kind)),
      servers: () => tracker.ask(() => this.allServers.get()),
      scalers: () => tracker.ask(() => this.allScalers.get()),
      queries: () => tracker.ask(() => this.allQueries.get()),
      select: (pick) => tracker.select((inner) => pick(this.viewFor(inner))),
    };
  }

  serversIn(doc: SourceDocument, file: SourceFile): readonly VllmServer[] {
    return this.serverCache.get(doc, (tracker) => {
      const view = this.viewFor(tracker);
      const { objects, pods } = this.model(doc, file);
      const context: ServerContext = {
        objects: (kind) => view.objects(kind),
        // An edit in one ConfigMap leaves the servers alone that refer to others.
        find: (kind, name, namespace) => view.select((all) => findIn(all.objects(kind), name, namespace)),
        assume: this.assumptions,
      };
      if (objects.length === 0) return serversOfValues(doc, context);
      return objects.flatMap((object) => serversOf(object, pods.get(object) ?? [], context));
    });
  }

  podsIn(doc: SourceDocument, file: SourceFile): readonly PodTemplate[] {
    return [...this.model(doc, file).pods.values()].flat();
  }

  scalers(): readonly Scaler[] {
    return this.allScalers.get();
  }

  /** Every server in view, in file order. */
  servers(): readonly VllmServer[] {
    return this.allServers.get();
  }

  /** The servers of one file, in text order. */
  serversOf(file: SourceFile): readonly VllmServer[] {
    return file.documents.flatMap(({ source }) => this.serversIn(source, file));
  }

  offsetIn(file: SourceFile, doc: SourceDocument): number | undefined {
    return file.offsetOf(doc);
  }

  model(doc: SourceDocument, file: SourceFile): DocumentModel {
    let model = this.models.get(doc);
    if (!model) {
      const objects = objectsOf(doc, factsOf(file.path));
      model = {
        objects,
        pods: new Map(objects.map((object) => [object, podTemplatesOf(object)])),
        scalers: objects.flatMap((object) => scalerOf(object) ?? []),
        queries: objects.length > 0 ? objects.flatMap(queriesOf) : queriesOfDocument(doc),
      };
      this.models.set(doc, model);
    }
    return model;
  }

  objectsOfKind(kind: string): readonly KubeObject[] {
    let list = this.kinds.get(kind);
    if (!list) {
      list = new StableList(() => this.allObjects.get().filter((object) => object.kind === kind));
      this.kinds.set(kind, list);
    }
    return list.get();
  }

  private documents(): readonly (readonly [SourceFile, SourceDocument])[] {
    return (this.placed ??= [...this.files.values()].flatMap((file) =>
      file.documents.map(({ source }) => [file, source] as const),
    ));
  }

  private collect<T>(pick: (model: DocumentModel) => readonly T[]): readonly T[] {
    return this.documents().flatMap(([file, doc]) => pick(this.model(doc, file)));
  }
}

/** Manifests below `base` and a chart's `templates` are completed elsewhere, by what their authors call these folders. */
function factsOf(path: string): FileFacts {
  return {
    path,
    kustomize: /(^|\/)(bases?|components)\//.test(path) ? "base" : "none",
    helmTemplate: /(^|\/)templates\//.test(path),
  };
}
