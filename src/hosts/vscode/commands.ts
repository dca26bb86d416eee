import { commands, Disposable, l10n, window, workspace, type ExtensionContext } from "vscode";
import { SHOW_BREAKDOWN, type Breakdowns } from "./breakdown";
import { toWorkspaceEdit } from "./convert";
import { copyDebugInformation } from "./debug-information";
import { isManifest } from "./documents";
import { EXPLAIN_RULE } from "./findings";
import { explainRule } from "./rule-pages";
import type { Session } from "./session";

export function registerCommands(
  context: ExtensionContext,
  session: Session,
  breakdowns: Breakdowns,
): Disposable {
  const register = (name: string, run: (...args: unknown[]) => Promise<unknown>): Disposable =>
    commands.registerCommand(name, run);
  return Disposable.from(
    register(EXPLAIN_RULE, (rule) => explainRule(context, rule)),
    register(SHOW_BREAKDOWN, (path, server) => showBreakdown(session, breakdowns, path, server)),
    register("vllmK8s.fixAllInFile", () => fixAllInFile(session)),
    register("vllmK8s.openSettings", (setting) => openSettings(context, setting)),
    register("vllmK8s.copyDebugInformation", () => copyDebugInformation(context, session)),
  );
}

async function fixAllInFile(session: Session): Promise<void> {
  const document = window.activeTextEditor?.document;
  const path = document && isManifest(document) ? await session.prepare(document) : undefined;
  const edits =
    path === undefined ? [] : session.ask("Fixing all failed", [], (service) => service.fixAll(path));
  if (edits.length > 0) await workspace.applyEdit(toWorkspaceEdit(edits));
  else window.setStatusBarMessage(l10n.t("vLLM: nothing here has a safe fix"), 4000);
}

/** From the palette there is no server to speak of: the one at the cursor, or the nearest above it, is meant. */
async function showBreakdown(
  session: Session,
  breakdowns: Breakdowns,
  path: unknown,
  server: unknown,
): Promise<void> {
  if (typeof path === "string" && typeof server === "number") return breakdowns.show(path, server);
  const editor = window.activeTextEditor;
  const own = editor && isManifest(editor.document) ? await session.prepare(editor.document) : undefined;
  const count =
    own === undefined ? 0 : session.ask("Sizing failed", 0, (service) => service.sizes(own).length);
  if (!editor || own === undefined || count === 0) {
    window.setStatusBarMessage(l10n.t("vLLM: no vLLM server in this file"), 4000);
    return;
  }
  const lenses = session.ask("Lenses failed", [], (service) => service.lenses(own));
  const nearest = lenses.findLast(({ range }) => range.start.line <= editor.selection.active.line);
  await breakdowns.show(own, nearest?.server ?? 0);
}

async function openSettings(context: ExtensionContext, setting: unknown): Promise<void> {
  const query = typeof setting === "string" ? `@id:${setting}` : `@ext:${context.extension.id}`;
  await commands.executeCommand("workbench.action.openSettings", query);
}
