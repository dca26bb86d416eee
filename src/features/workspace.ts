import { TextIndex } from "../base/text";
import type { PlacedDocument, SourceDocument, Spot } from "../yaml/document";
import { parseFile } from "../yaml/parse";
import { Folder } from "./folder";
import { gate, unreadable, type FileStatus } from "./gate";
import type { Assumptions } from "./settings";

/** A file as it stands now. Replaced whole at every change; its documents live on where their text did not change. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly status: FileStatus;
  readonly index: TextIndex;
  readonly documents: readonly PlacedDocument[];
}

/** The files the service was told of, by folder: manifests of one folder see each other. */
export class Workspace {
  private readonly folders = new Map<string, Folder>();
  private readonly places = new WeakMap<SourceDocument, { file: SourceFile; offset: number }>();

  constructor(private readonly assumptionsFor: (path: string) => Assumptions) {}

  set(path: string, text: string): void {
    const folder = this.folderOf(path);
    const previous = folder.files.get(path);
    if (previous?.text === text) return;
    folder.set(new LoadedFile(path, text, gate(text), (file) => this.read(file, previous)));
  }

  /** A neighbour without a sign of vLLM may still hold its Service, claim or autoscaler: it is read when a server asks. */
  private read(file: SourceFile, previous: LoadedFile | undefined): readonly PlacedDocument[] {
    const readable = file.status === "analysed" || unreadable(file.text) === undefined;
    const documents = readable ? parseFile(file.text, previous?.known) : [];
    for (const { source, offset } of documents) this.places.set(source, { file, offset });
    return documents;
  }

  delete(path: string): void {
    const folder = this.folderOf(path);
    folder.delete(path);
    if (folder.files.size === 0) this.folders.delete(folderName(path));
  }

  file(path: string): SourceFile | undefined {
    return this.folders.get(folderName(path))?.files.get(path);
  }

  folderOf(path: string): Folder {
    const name = folderName(path);
    let folder = this.folders.get(name);
    if (!folder) {
      folder = new Folder(this.assumptionsFor(path));
      this.folders.set(name, folder);
    }
    return folder;
  }

  /** Everything computed under other settings is forgotten; the texts stay. */
  forgetComputed(): void {
    for (const [name, folder] of this.folders) {
      const fresh = new Folder(this.assumptionsFor(name + "/"));
      for (const file of folder.files.values()) fresh.set(file);
      this.folders.set(name, fresh);
    }
  }

  /** The file in which a document stands now, and where; undefined when it is no longer part of one. */
  placeOf(spot: Spot): { file: SourceFile; start: number; end: number } | undefined {
    const place = this.places.get(spot.doc);
    if (!place) return undefined;
    return {
      file: place.file,
      start: place.offset + spot.span.start,
      end: place.offset + spot.span.end,
    };
  }
}

export class LoadedFile implements SourceFile {
  private lines: TextIndex | undefined;
  private placed: readonly PlacedDocument[] | undefined;

  constructor(
    readonly path: string,
    readonly text: string,
    readonly status: FileStatus,
    private readonly read: (file: SourceFile) => readonly PlacedDocument[],
  ) {}

  get documents(): readonly PlacedDocument[] {
    return (this.placed ??= this.read(this));
  }

  /** The documents, if anybody has asked for them. */
  get known(): readonly PlacedDocument[] | undefined {
    return this.placed;
  }

  get index(): TextIndex {
    return (this.lines ??= new TextIndex(this.text));
  }
}

function folderName(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}
