import type { Range } from "../../base/text";
import { scalarAround } from "../../yaml/locate";
import type { PlacedDocument } from "../../yaml/document";
import type { FileEdit } from "./fixes";
import type { SourceFile } from "../workspace/workspace";

/**
 * The comment that silences a rule at a place. It goes above the line, or above the whole scalar when the place is inside a script:
 * a `#` there would be the shell's, not YAML's.
 */
export function suppressionEdit(
  file: SourceFile,
  rule: string,
  range: Range,
  scope: "line" | "file",
): readonly FileEdit[] {
  if (scope === "file") {
    return [insertLine(file, 0, `# vllm-k8s-ignore-file ${rule} -- `)];
  }
  const offset = file.index.offsetAt(range.start);
  const document = file.documents.findLast((d) => d.offset <= offset);
  const line = document ? entryLine(file, document, offset) : range.start.line;
  const indent = /^[ \t]*/.exec(file.index.lineText(line))?.[0] ?? "";
  return [insertLine(file, line, `${indent}# vllm-k8s-ignore-next-line ${rule} -- `)];
}

/** The line on which the scalar around an offset begins. */
function entryLine(file: SourceFile, { source, offset: base }: PlacedDocument, offset: number): number {
  const inside = offset - base;
  const scalar = scalarAround({ doc: source, span: { start: inside, end: inside } });
  return file.index.positionAt(scalar ? base + scalar.span.start : offset).line;
}

function insertLine(file: SourceFile, line: number, text: string): FileEdit {
  const at = { line, character: 0 };
  const lineBreak = file.text.includes("\r\n") ? "\r\n" : "\n";
  return { path: file.path, range: { start: at, end: at }, newText: text + lineBreak };
}
