import type { ExtensionContext } from "vscode";
import { breakdownPanels } from "./breakdown";
import { registerCodeActions } from "./code-actions";
import { registerCommands } from "./commands";
import { registerCompletion } from "./completion";
import { DiagnosticsPublisher } from "./diagnostics";
import { HubModels } from "./hub";
import { registerHover } from "./hover";
import { registerLenses } from "./lenses";
import { ServerPanels } from "./server-panels";
import { followWorkspace, Session } from "./session";
import { StatusItem } from "./status";

/** Registers everything and reads nothing yet: documents are looked at once this has returned. */
export function activate(context: ExtensionContext): void {
  const session = new Session(new HubModels(context));
  const diagnostics = new DiagnosticsPublisher(session);
  const breakdown = new ServerPanels(
    session,
    diagnostics.onDidPublish,
    context.extensionUri,
    breakdownPanels,
  );
  context.subscriptions.push(
    session,
    followWorkspace(session),
    diagnostics,
    breakdown,
    registerCodeActions(session),
    registerCompletion(session),
    registerHover(session),
    ...registerLenses(session, diagnostics.onDidPublish),
    registerCommands(context, session, { breakdown }),
    new StatusItem(session, diagnostics.onDidPublish),
  );
}
