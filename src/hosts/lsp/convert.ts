import {
  CompletionItemKind,
  CompletionItemTag,
  DiagnosticSeverity,
  DiagnosticTag,
  InsertTextFormat,
  MarkupKind,
  type CompletionItem,
  type Diagnostic as LspDiagnostic,
  type InlayHint as LspInlayHint,
  type MarkupContent,
  type SignatureHelp,
  type WorkspaceEdit,
} from "vscode-languageserver";
import { PROPOSAL_SYMBOLS } from "../../features/completion/completion";
import type { FileEdit } from "../../features/findings/fixes";
import type { InlayHint } from "../../features/inlay-hints/inlay-hints";
import type { Signature } from "../../features/completion/signature";
import type { Severity } from "../../rules/define";
import type { Diagnostic, Proposal } from "../../service";

/** Lines and characters are those of the protocol already, so ranges go over as they are. */
export type UriOf = (path: string) => string;

export const SOURCE = "vllm-k8s";

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

export function toDiagnostic(finding: Diagnostic, uriOf: UriOf): LspDiagnostic {
  return {
    range: finding.range,
    severity: SEVERITIES[finding.severity],
    source: SOURCE,
    code: finding.rule,
    codeDescription: { href: finding.docs },
    message: `${finding.message}\n${finding.advice}`,
    relatedInformation: finding.related.map(({ path, range, message }) => ({
      location: { uri: uriOf(path), range },
      message,
    })),
    ...(finding.rule.endsWith("-inert") ? { tags: [DiagnosticTag.Unnecessary] } : {}),
  };
}

/** In the form that every client understands. */
export function toWorkspaceEdit(edits: readonly FileEdit[], uriOf: UriOf): WorkspaceEdit {
  const changes: NonNullable<WorkspaceEdit["changes"]> = {};
  for (const { path, range, newText } of edits) (changes[uriOf(path)] ??= []).push({ range, newText });
  return { changes };
}

export function toCompletionItem(proposal: Proposal, withSnippets: boolean): CompletionItem {
  const { label, kind, detail, documentation, range, newText, filterText, sortText } = proposal;
  const snippet = withSnippets ? snippetOf(proposal) : undefined;
  return {
    label,
    kind: CompletionItemKind[PROPOSAL_SYMBOLS[kind]],
    filterText,
    sortText,
    textEdit: { range, newText: snippet ?? newText },
    insertTextFormat: snippet === undefined ? InsertTextFormat.PlainText : InsertTextFormat.Snippet,
    ...(detail === undefined ? {} : { detail }),
    ...(documentation === undefined ? {} : { documentation: markdown(documentation) }),
    ...(proposal.deprecated ? { tags: [CompletionItemTag.Deprecated] } : {}),
  };
}

function snippetOf({ newText, selection }: Proposal): string | undefined {
  if (!selection) return undefined;
  const { start, end } = selection;
  const inside = escaped(newText.slice(start, end));
  return `${escaped(newText.slice(0, start))}\${1:${inside}}${escaped(newText.slice(end))}`;
}

function escaped(text: string): string {
  return text.replace(/[\\$}]/g, "\\$&");
}

export function toInlayHint({ position, label, tooltip, edits }: InlayHint): LspInlayHint {
  const textEdits = edits.map(({ range, newText }) => ({ range, newText }));
  return { position, label, tooltip, paddingLeft: true, ...(textEdits.length > 0 ? { textEdits } : {}) };
}

export function toSignatureHelp({ label, parameters, active }: Signature): SignatureHelp {
  const shown = parameters.map(({ span, documentation }) => ({
    label: [span.start, span.end] as [number, number],
    ...(documentation === undefined ? {} : { documentation: markdown(documentation) }),
  }));
  return {
    signatures: [{ label, parameters: shown }],
    activeSignature: 0,
    ...(active === undefined ? {} : { activeParameter: active }),
  };
}

/** Pictures are for the editor that draws them; a terminal would show their data. */
export function markdown(text: string): MarkupContent {
  return { kind: MarkupKind.Markdown, value: text.replace(/!\[[^\]\n]*\]\(data:[^)\n]*\)\s*/g, "") };
}
