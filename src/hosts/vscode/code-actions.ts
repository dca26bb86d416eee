import {
  CodeAction,
  CodeActionKind,
  l10n,
  languages,
  type CodeActionContext,
  type CodeActionProvider,
  type Diagnostic,
  type Disposable,
  type Range,
  type TextDocument,
} from "vscode";
import type { FixAction, Service } from "../../service";
import { fromRange, toRange, toSnippetEdit, toWorkspaceEdit } from "./convert";
import { SELECTOR } from "./documents";
import { EXPLAIN_RULE, ruleOf } from "./findings";
import type { Session } from "./session";

export const FIX_ALL = CodeActionKind.SourceFixAll.append("vllm-k8s");

export function registerCodeActions(session: Session): Disposable {
  return languages.registerCodeActionsProvider(SELECTOR, new FixProvider(session), {
    providedCodeActionKinds: [CodeActionKind.QuickFix, FIX_ALL],
  });
}

/** "Fix all" for one rule; its edits are made when a person chooses it. */
class FixAllOfRule extends CodeAction {
  constructor(
    readonly path: string,
    readonly rule: string,
  ) {
    super(l10n.t("Fix all `{0}` in this file", rule), CodeActionKind.QuickFix);
  }
}

class FixProvider implements CodeActionProvider {
  constructor(private readonly session: Session) {}

  async provideCodeActions(
    document: TextDocument,
    range: Range,
    context: CodeActionContext,
  ): Promise<CodeAction[]> {
    const wantsAll =
      context.only !== undefined && FIX_ALL.intersects(context.only) && context.only.value !== "";
    const own = context.diagnostics.filter((diagnostic) => ruleOf(diagnostic) !== undefined);
    if (!wantsAll && own.length === 0) return [];
    const path = await this.session.prepare(document);
    if (path === undefined) return [];
    return this.session.ask("Offering fixes failed", [], (service) =>
      wantsAll ? fixAll(service, path) : quickFixes(service, path, range, own),
    );
  }

  resolveCodeAction(action: CodeAction): CodeAction {
    if (action instanceof FixAllOfRule) {
      const { path, rule } = action;
      const edits = this.session.ask("Fixing all failed", [], (service) => service.fixAll(path, rule));
      action.edit = toWorkspaceEdit(edits);
    }
    return action;
  }
}

/** For fix on save: safe ones only. */
function fixAll(service: Service, path: string): CodeAction[] {
  const edits = service.fixAll(path);
  if (edits.length === 0) return [];
  const action = new CodeAction(l10n.t("Apply all safe vLLM fixes"), FIX_ALL);
  action.edit = toWorkspaceEdit(edits);
  return [action];
}

/** Fixes first, then what else can be done with each rule; the editor keeps actions without a diagnostic last. */
function quickFixes(
  service: Service,
  path: string,
  range: Range,
  diagnostics: readonly Diagnostic[],
): CodeAction[] {
  const fixes = service.fixes(path, fromRange(range)).flatMap((fix) => toAction(fix, diagnostics) ?? []);
  const rules = [...new Set(diagnostics.flatMap((diagnostic) => ruleOf(diagnostic) ?? []))];
  return [
    ...fixes,
    ...rules.flatMap((rule) => fixAllOf(service, path, rule)),
    ...rules.flatMap((rule) => aboutRule(service, path, rule, diagnostics)),
  ];
}

function toAction(fix: FixAction, diagnostics: readonly Diagnostic[]): CodeAction | undefined {
  const at = toRange(fix.range);
  const solved = diagnostics.filter(
    (diagnostic) => ruleOf(diagnostic) === fix.rule && diagnostic.range.isEqual(at),
  );
  if (solved.length === 0) return undefined;
  const action = new CodeAction(fix.title, CodeActionKind.QuickFix);
  action.diagnostics = solved;
  // What "Auto Fix" takes without asking: never a fix that a person has to think about.
  action.isPreferred = fix.preferred && fix.safe;
  action.edit = toWorkspaceEdit(fix.edits);
  return action;
}

/** Only where it would do more than the fix of one finding. */
function fixAllOf(service: Service, path: string, rule: string): CodeAction[] {
  const fixable = service.diagnostics(path).filter((finding) => finding.rule === rule && finding.fixable);
  return fixable.length > 1 ? [new FixAllOfRule(path, rule)] : [];
}

function aboutRule(
  service: Service,
  path: string,
  rule: string,
  diagnostics: readonly Diagnostic[],
): CodeAction[] {
  const at = diagnostics.find((diagnostic) => ruleOf(diagnostic) === rule)?.range;
  if (!at) return [];
  const suppression = (title: string, scope: "line" | "file"): CodeAction => {
    const action = new CodeAction(title, CodeActionKind.QuickFix);
    action.edit = toSnippetEdit(service.suppress(path, rule, fromRange(at), scope));
    return action;
  };
  // JSON has no comments to say it in.
  const suppressions = path.endsWith(".json")
    ? []
    : [
        suppression(l10n.t("Disable `{0}` on this line", rule), "line"),
        suppression(l10n.t("Disable `{0}` in this file", rule), "file"),
      ];
  return [
    command(l10n.t("Explain `{0}`", rule), EXPLAIN_RULE, rule),
    ...suppressions,
    command(l10n.t("Change severity of `{0}`", rule), "vllmK8s.openSettings", "vllmK8s.rules"),
  ];
}

function command(title: string, name: string, ...args: readonly unknown[]): CodeAction {
  const action = new CodeAction(title, CodeActionKind.QuickFix);
  action.command = { title, command: name, arguments: [...args] };
  return action;
}
