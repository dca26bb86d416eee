import type { Position } from "../../base/text";
import type { VllmServer } from "../../vllm/model";
import type { SourceDocument, Spot } from "../../yaml/document";
import { YamlEditor } from "../../yaml/edit";
import { lineEndOf } from "../../yaml/format";
import { scalarAround } from "../../yaml/locate";
import { argumentNotes } from "./arguments";
import { probeNotes } from "./probes";
import type { Note } from "./note";
import { toFileEdits, type FileEdit } from "../findings/fixes";
import type { Folder } from "../workspace/folder";
import type { InlayHintSettings } from "../settings/settings";
import type { SourceFile, Workspace } from "../workspace/workspace";

/** A word in grey behind what is written. */
export interface InlayHint {
  readonly kind: keyof InlayHintSettings;
  readonly position: Position;
  readonly label: string;
  readonly tooltip: string;
  /** What a double click writes; empty where no edit would be right. */
  readonly edits: readonly FileEdit[];
}

/** The hints of a file in text order, of the kinds that are switched on. */
export function inlayHintsOf(
  file: SourceFile,
  folder: Folder,
  workspace: Workspace,
  settings: InlayHintSettings,
): readonly InlayHint[] {
  if (file.status !== "analysed") return [];
  const hints = folder.serversOf(file).flatMap((server) => {
    const notes = notesOf(server, folder, settings);
    return notes.flatMap((note) => toHint(note, file, workspace) ?? []);
  });
  return hints.sort(
    (a, b) => a.position.line - b.position.line || a.position.character - b.position.character,
  );
}

function notesOf(server: VllmServer, folder: Folder, settings: InlayHintSettings): readonly Note[] {
  const notes = [
    ...argumentNotes(server, folder.plans.plan(server)),
    ...(settings.probes ? probeNotes(server, folder.plans.load(server)) : []),
  ];
  return notes.filter(({ kind }) => settings[kind]);
}

function toHint(
  { kind, at, whole, label, tooltip, write }: Note,
  file: SourceFile,
  workspace: Workspace,
): InlayHint | undefined {
  const place = workspace.placeOf({ doc: at.doc, span: whole ? at.span : endOf(at) });
  if (place?.file !== file) return undefined;
  const offset = whole ? lineEndOf(at.doc.text, at.span.end) - at.span.end + place.end : place.end;
  return {
    kind,
    position: file.index.positionAt(offset - (file.text[offset - 1] === "\r" ? 1 : 0)),
    label,
    tooltip,
    get edits() {
      return write ? editsOf(write, at.doc, workspace) : [];
    },
  };
}

function editsOf(
  write: (editor: YamlEditor) => void,
  doc: SourceDocument,
  workspace: Workspace,
): readonly FileEdit[] {
  const editor = new YamlEditor();
  write(editor);
  // The editor applies a hint's edits to the document that it shows, and to no other.
  return editor.edits.every((edit) => edit.doc === doc) ? toFileEdits(editor, workspace) : [];
}

/** Behind a value and its quotes; inside a script behind the word. */
function endOf(at: Spot): Spot["span"] {
  const scalar = scalarAround(at);
  const isScript =
    scalar === undefined || scalar.style === "literal" || scalar.style === "folded" || /\s/.test(scalar.text);
  return isScript ? at.span : scalar.span;
}
