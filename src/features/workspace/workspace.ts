import { nameOf, parentOf } from "../../base/path";
import type { Span } from "../../base/span";
import { TextIndex, type Range } from "../../base/text";
import type { PlacedDocument, SourceDocument, Spot } from "../../yaml/document";
import { parseFile } from "../../yaml/parse";
import { Folder } from "./folder";
import { gate, unreadable, type FileStatus } from "./gate";
import type { ModelLookup } from "./plans";
import { isMarkerName, Scopes } from "./scope";
import type { Assumptions } from "../settings/settings";

/** A file as it stands now. Replaced whole at every change; its documents live on where their text did not change. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly status: FileStatus;
  readonly index: TextIndex;
  readonly documents: readonly PlacedDocument[];
  /** Where one of its documents begins. */
  offsetOf(document: SourceDocument): number | undefined;
}

/** The files the service was told of, by folder. */
export class Workspace {
  private readonly folders = new Map<string, Folder>();
  private readonly scopes = new Scopes(this.folders);
  /** Of every document seen, the file it was read from. */
  private readonly homes = new WeakMap<SourceDocument, string>();

  constructor(
    private readonly assumptionsFor: (path: string) => Assumptions,
    private readonly modelsFor: (path: string) => ModelLookup | undefined = () => undefined,
  ) {}

  set(path: string, text: string): void {
    const folder = this.folderOf(path);
    const previous = folder.files.get(path);
    if (previous?.text === text) return;
    this.changed(path, previous === undefined);
    folder.set(
      new LoadedFile(path, text, gate(text), previous?.known ?? [], (file, known) => this.read(file, known)),
    );
  }

  /** What a folder is rests on which files there are and on its markers: then everything is looked at again. */
  private changed(path: string, cameOrWent: boolean): void {
    this.scopes.changes.note();
    if (!cameOrWent && !isMarkerName(nameOf(path))) return;
    for (const folder of this.folders.values()) folder.invalidate();
  }

  /** A neighbour without a sign of vLLM may still hold its Service, claim or autoscaler: it is read when a server asks. */
  private read(file: SourceFile, known: readonly PlacedDocument[]): readonly PlacedDocument[] {
    const readable = file.status === "analysed" || unreadable(file.text) === undefined;
    const documents = readable ? parseFile(file.text, known) : [];
    for (const { source } of documents)
      if (this.homes.get(source) !== file.path) this.homes.set(source, file.path);
    return documents;
  }

  delete(path: string): void {
    const folder = this.folderOf(path);
    this.changed(path, true);
    folder.delete(path);
    if (folder.files.size === 0) this.folders.delete(parentOf(path));
  }

  file(path: string): SourceFile | undefined {
    return this.loaded(path);
  }

  private loaded(path: string): LoadedFile | undefined {
    return this.folders.get(parentOf(path))?.files.get(path);
  }

  /** The folder of a path, if any of its files is known. */
  knownFolderOf(path: string): Folder | undefined {
    return this.folders.get(parentOf(path));
  }

  folderOf(path: string): Folder {
    const name = parentOf(path);
    let folder = this.folders.get(name);
    if (!folder) {
      folder = this.newFolder(name, path);
      this.folders.set(name, folder);
    }
    return folder;
  }

  private newFolder(name: string, file: string): Folder {
    return new Folder(name, this.scopes, this.assumptionsFor(file), this.modelsFor(file));
  }

  /** Everything computed under other settings is forgotten; the texts stay. */
  forgetComputed(): void {
    for (const [name, folder] of this.folders) {
      const [anyFile = name + "/"] = folder.files.keys();
      const fresh = this.newFolder(name, anyFile);
      for (const file of folder.files.values()) fresh.set(file);
      this.folders.set(name, fresh);
    }
    this.scopes.changes.note();
  }

  /** The file in which a document stands now, and where; undefined when it is no longer part of one. */
  placeOf(spot: Spot): { file: SourceFile; start: number; end: number } | undefined {
    const home = this.homes.get(spot.doc);
    const file = home === undefined ? undefined : this.loaded(home);
    const offset = file?.offsetOf(spot.doc);
    if (!file || offset === undefined) return undefined;
    return { file, start: offset + spot.span.start, end: offset + spot.span.end };
  }

  /** The line in which a document begins now. */
  lineOf(document: SourceDocument): number | undefined {
    const place = this.placeOf({ doc: document, span: DOCUMENT_START });
    return place?.file.index.positionAt(place.start).line;
  }

  /** The same as lines and columns. */
  rangeOf(spot: Spot): { path: string; range: Range } | undefined {
    const place = this.placeOf(spot);
    return place && { path: place.file.path, range: place.file.index.rangeOf(place) };
  }
}

const DOCUMENT_START: Span = { start: 0, end: 0 };

export class LoadedFile implements SourceFile {
  private lines: TextIndex | undefined;
  private placed: readonly PlacedDocument[] | undefined;
  private offsets: ReadonlyMap<SourceDocument, number> | undefined;

  constructor(
    readonly path: string,
    readonly text: string,
    readonly status: FileStatus,
    /** The documents of the text before; let go of once they have been compared. */
    private before: readonly PlacedDocument[],
    private readonly read: (file: SourceFile, before: readonly PlacedDocument[]) => readonly PlacedDocument[],
  ) {}

  get documents(): readonly PlacedDocument[] {
    if (!this.placed) {
      this.placed = this.read(this, this.before);
      this.before = [];
    }
    return this.placed;
  }

  /** The documents, as of the last text that anybody has asked about. */
  get known(): readonly PlacedDocument[] {
    return this.placed ?? this.before;
  }

  offsetOf(document: SourceDocument): number | undefined {
    this.offsets ??= new Map(this.documents.map(({ source, offset }) => [source, offset]));
    return this.offsets.get(document);
  }

  get index(): TextIndex {
    return (this.lines ??= new TextIndex(this.text));
  }
}
