import { span } from "../base/span";
import type { SourceDocument } from "../yaml/document";
import type { YamlEditor } from "../yaml/edit";

/** Adds YAML as a document of its own at the very end of this one, behind whatever else a fix adds to its last lines. */
export function addDocument(editor: YamlEditor, doc: SourceDocument, yaml: string): void {
  const end = doc.text.length;
  const lead = doc.text.endsWith("\n") ? "---\n" : "\n---\n";
  editor.replace({ doc, span: span(end, end) }, `${lead}${yaml.trim()}\n`);
}
