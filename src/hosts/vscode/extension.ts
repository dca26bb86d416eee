import type { ExtensionContext } from "vscode";
import { Breakdowns } from "./breakdown";
import { registerCodeActions } from "./code-actions";
import { registerCommands } from "./commands";
import { registerCompletion } from "./completion";
import { DiagnosticsPublisher } from "./diagnostics";
import { registerHover } from "./hover";
import { registerLenses } from "./lenses";
import { followWorkspace, Session } from "./session";
import { StatusItem } from "./status";

/** Registers everything and reads nothing yet: documents are looked at once this has returned. */
export function activate(context: ExtensionContext): void {
  const session = new Session();
  const diagnostics = new DiagnosticsPublisher(session);
  const breakdowns = new Breakdowns(session, diagnostics.onDidPublish);
  context.subscriptions.push(
    session,
    followWorkspace(session),
    diagnostics,
    breakdowns,
    registerCodeActions(session),
    registerCompletion(session),
    registerHover(session),
    ...registerLenses(session, diagnostics.onDidPublish),
    registerCommands(context, session, breakdowns),
    new StatusItem(session, diagnostics.onDidPublish),
  );
}
