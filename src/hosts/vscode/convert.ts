import {
  DiagnosticSeverity,
  Position,
  Range,
  SnippetString,
  SnippetTextEdit,
  TextEdit,
  Uri,
  WorkspaceEdit,
} from "vscode";
import type { Position as PlainPosition, Range as PlainRange } from "../../base/text";
import type { FileEdit } from "../../features/findings/fixes";
import type { Severity } from "../../rules/define";

export function toPosition(position: PlainPosition): Position {
  return new Position(position.line, position.character);
}

export function toRange(range: PlainRange): Range {
  return new Range(toPosition(range.start), toPosition(range.end));
}

export function fromRange(range: Range): PlainRange {
  return { start: fromPosition(range.start), end: fromPosition(range.end) };
}

export function fromPosition({ line, character }: Position): PlainPosition {
  return { line, character };
}

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

export function toSeverity(severity: Severity): DiagnosticSeverity {
  return SEVERITIES[severity];
}

export function toWorkspaceEdit(edits: readonly FileEdit[]): WorkspaceEdit {
  const result = new WorkspaceEdit();
  for (const [path, own] of byPath(edits)) {
    result.set(
      Uri.parse(path),
      own.map((edit) => TextEdit.replace(toRange(edit.range), edit.newText)),
    );
  }
  return result;
}

/** The same, with the cursor left after the text of each edit, before its line break. */
export function toSnippetEdit(edits: readonly FileEdit[]): WorkspaceEdit {
  const result = new WorkspaceEdit();
  for (const [path, own] of byPath(edits)) {
    const snippets = own.map(({ range, newText }) => {
      const text = newText.trimEnd() === newText ? newText : newText.replace(/[\r\n]+$/, "");
      const snippet = new SnippetString()
        .appendText(text)
        .appendTabstop(0)
        .appendText(newText.slice(text.length));
      const edit = SnippetTextEdit.replace(toRange(range), snippet);
      edit.keepWhitespace = true;
      return edit;
    });
    result.set(Uri.parse(path), snippets);
  }
  return result;
}

function byPath(edits: readonly FileEdit[]): ReadonlyMap<string, readonly FileEdit[]> {
  const files = new Map<string, FileEdit[]>();
  for (const edit of edits) {
    const own = files.get(edit.path);
    if (own) own.push(edit);
    else files.set(edit.path, [edit]);
  }
  return files;
}
