import type { TextDocumentContentChangeEvent } from "vscode-languageserver";
import { TextIndex } from "../../base/text";
import { pathOf, uriOf } from "./paths";

interface OpenDocument {
  /** As the client spells it; it would not recognise another spelling. */
  readonly uri: string;
  readonly text: string;
}

/** The texts that the client has open, which count instead of those on disk. */
export class OpenDocuments {
  private readonly byPath = new Map<string, OpenDocument>();

  paths(): readonly string[] {
    return [...this.byPath.keys()];
  }

  has(path: string): boolean {
    return this.byPath.has(path);
  }

  textOf(path: string): string | undefined {
    return this.byPath.get(path)?.text;
  }

  uriOf(path: string): string {
    return this.byPath.get(path)?.uri ?? uriOf(path);
  }

  set(uri: string, text: string): string {
    const path = pathOf(uri);
    this.byPath.set(path, { uri, text });
    return path;
  }

  /** Undefined for a document that was never opened. */
  change(uri: string, changes: readonly TextDocumentContentChangeEvent[]): string | undefined {
    const known = this.byPath.get(pathOf(uri));
    return known && this.set(known.uri, changes.reduce(changed, known.text));
  }

  close(uri: string): string {
    const path = pathOf(uri);
    this.byPath.delete(path);
    return path;
  }
}

function changed(text: string, change: TextDocumentContentChangeEvent): string {
  if (!("range" in change)) return change.text;
  const index = new TextIndex(text);
  const { start, end } = change.range;
  return text.slice(0, index.offsetAt(start)) + change.text + text.slice(index.offsetAt(end));
}
