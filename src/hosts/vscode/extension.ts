import type { ExtensionContext } from "vscode";
import { breakdownPanels } from "./breakdown";
import { Calibrate, calibratePanels } from "./calibrate";
import { ChangePreview } from "./change-preview";
import { ChecklistView } from "./checklist";
import { registerCodeActions } from "./code-actions";
import { registerCommands } from "./commands";
import { registerCompletion } from "./completion";
import { Creations } from "./create";
import { DiagnosticsPublisher } from "./diagnostics";
import { registerGenerate } from "./generate";
import { HubModels } from "./hub";
import { registerHover } from "./hover";
import { registerInlayHints } from "./inlay-hints";
import { registerLenses } from "./lenses";
import { registerLintWorkspace } from "./lint-task";
import { LiveDoor } from "./live-door";
import { registerNavigation } from "./navigation";
import { Migrations } from "./migrate";
import { Proposals } from "./proposals";
import { ServerPanels, type ServerPanelKind } from "./server-panels";
import { followWorkspace, Session } from "./session";
import { registerSignatureHelp } from "./signature";
import { Simulations } from "./simulation";
import { StatusItem } from "./status";
import { whatIfPanels } from "./what-if";
import { WorkspaceLint } from "./workspace-lint";

/** Registers everything and reads nothing yet: documents are looked at once this has returned. */
export function activate(context: ExtensionContext): void {
  const session = new Session(new HubModels(context));
  const diagnostics = new DiagnosticsPublisher(session);
  const proposals = new Proposals();
  const preview = new ChangePreview();
  const migrations = new Migrations(session, proposals);
  const panels = <State, Message, View>(
    kind: ServerPanelKind<State, Message, View>,
  ): ServerPanels<State, Message, View> =>
    new ServerPanels(session, diagnostics.onDidPublish, context.extensionUri, kind);
  const breakdown = panels(breakdownPanels);
  const whatIf = panels(whatIfPanels(proposals));
  const comparisons = panels(calibratePanels);
  const calibrate = new Calibrate(comparisons);
  const workspaceLint = new WorkspaceLint(session);
  context.subscriptions.push(
    session,
    followWorkspace(session),
    diagnostics,
    proposals,
    migrations,
    preview,
    new Creations(session, preview),
    breakdown,
    whatIf,
    comparisons,
    new Simulations(session, diagnostics.onDidPublish, context.extensionUri, preview),
    workspaceLint,
    registerLintWorkspace(workspaceLint),
    registerCodeActions(session),
    registerGenerate(session),
    registerCompletion(session),
    registerHover(session),
    registerSignatureHelp(session),
    registerNavigation(session),
    ...registerInlayHints(session, diagnostics.onDidPublish),
    ...registerLenses(session, diagnostics.onDidPublish),
    registerCommands(context, session, { breakdown, whatIf, calibrate }, migrations, preview),
    new LiveDoor(context, session, diagnostics.onDidPublish),
    new StatusItem(session, diagnostics.onDidPublish),
    new ChecklistView(session, diagnostics.onDidPublish),
  );
}
