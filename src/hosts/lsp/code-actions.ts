import { CodeActionKind, type CodeAction, type CodeActionParams } from "vscode-languageserver";
import type { Range } from "../../base/text";
import type { Diagnostic, FixAction, Service } from "../../service";
import { SOURCE, toDiagnostic, toWorkspaceEdit, type UriOf } from "./convert";

export const FIX_ALL = `${CodeActionKind.SourceFixAll}.vllm-k8s`;

/** The fixes of the findings that the client names, or else of those in the range; safe ones of the whole file when it asks for a source action. */
export function codeActions(
  service: Service,
  path: string,
  { range, context }: CodeActionParams,
  uriOf: UriOf,
): CodeAction[] {
  const wants = (kind: string): boolean =>
    context.only === undefined || context.only.some((only) => only === "" || isWithin(kind, only));
  const named = context.diagnostics.filter(({ source }) => source === SOURCE);
  const concerned = service
    .diagnostics(path)
    .filter((finding) =>
      named.length > 0
        ? named.some((each) => each.code === finding.rule && isSame(each.range, finding.range))
        : touches(finding.range, range),
    );
  return [
    ...(wants(CodeActionKind.QuickFix) ? quickFixes(service, path, concerned, uriOf) : []),
    ...(context.only !== undefined && wants(FIX_ALL) ? fixAll(service, path, uriOf) : []),
  ];
}

function isWithin(kind: string, wanted: string): boolean {
  return kind === wanted || kind.startsWith(`${wanted}.`);
}

function fixAll(service: Service, path: string, uriOf: UriOf): CodeAction[] {
  const edits = service.fixAll(path);
  if (edits.length === 0) return [];
  return [{ title: "Apply all safe vLLM fixes", kind: FIX_ALL, edit: toWorkspaceEdit(edits, uriOf) }];
}

/** Fixes first, then what else can be done with each rule. */
function quickFixes(
  service: Service,
  path: string,
  findings: readonly Diagnostic[],
  uriOf: UriOf,
): CodeAction[] {
  const fixes = findings.flatMap((finding) =>
    service
      .fixes(path, finding.range)
      .filter((fix) => fix.rule === finding.rule && isSame(fix.range, finding.range))
      .map((fix) => toAction(fix, finding, uriOf)),
  );
  return [...fixes, ...findings.flatMap((finding) => suppressions(service, path, finding, uriOf))];
}

function toAction(fix: FixAction, finding: Diagnostic, uriOf: UriOf): CodeAction {
  return {
    title: fix.title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [toDiagnostic(finding, uriOf)],
    // What a client may take without asking: never a fix that a person has to think about.
    isPreferred: fix.preferred && fix.safe,
    edit: toWorkspaceEdit(fix.edits, uriOf),
  };
}

function suppressions(service: Service, path: string, finding: Diagnostic, uriOf: UriOf): CodeAction[] {
  const scopes = [
    ["line", `Disable \`${finding.rule}\` on this line`],
    ["file", `Disable \`${finding.rule}\` in this file`],
  ] as const;
  return scopes.map(([scope, title]) => ({
    title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [toDiagnostic(finding, uriOf)],
    edit: toWorkspaceEdit(service.suppress(path, finding.rule, finding.range, scope), uriOf),
  }));
}

function isSame(a: Range, b: Range): boolean {
  return !isBefore(a.start, b.start) && !isBefore(b.start, a.start) && !isBefore(a.end, b.end) && !isBefore(b.end, a.end); // prettier-ignore
}

function touches(a: Range, b: Range): boolean {
  return !isBefore(a.end, b.start) && !isBefore(b.end, a.start);
}

function isBefore(a: Range["start"], b: Range["start"]): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}
