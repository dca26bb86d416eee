import { commands, Disposable, l10n, window, workspace, type ExtensionContext } from "vscode";
import { GENERATED_KINDS, type GeneratedKind } from "../../service";
import { SHOW_BREAKDOWN } from "./breakdown";
import { CALIBRATE, type Calibrate } from "./calibrate";
import type { ChangePreview } from "./change-preview";
import { toWorkspaceEdit } from "./convert";
import { copyDebugInformation } from "./debug-information";
import { isManifest } from "./documents";
import { OPEN_EXAMPLES, openExamples } from "./examples";
import { EXPLAIN_RULE } from "./findings";
import { GENERATE, generateFor } from "./generate";
import { MIGRATE, type Migrations } from "./migrate";
import { explainRule } from "./rule-pages";
import { OPEN_SETTINGS, openSettings } from "./settings-links";
import { serverMeant } from "./server-at-cursor";
import type { Target } from "./server-panels";
import type { Session } from "./session";
import { WHAT_IF } from "./what-if";

/** What shows one server of a manifest. */
interface ServerView {
  show(target: Target): Promise<void>;
}

export function registerCommands(
  context: ExtensionContext,
  session: Session,
  views: Readonly<Record<"breakdown" | "whatIf", ServerView>> & { readonly calibrate: Calibrate },
  migrations: Migrations,
  preview: ChangePreview,
): Disposable {
  const register = (name: string, run: (...args: unknown[]) => Promise<unknown>): Disposable =>
    commands.registerCommand(name, run);
  const onServer = (name: string, view: ServerView): Disposable =>
    register(name, async (path, server) => {
      const target = await serverMeant(session, path, server);
      if (target) await view.show(target);
    });
  return Disposable.from(
    register(EXPLAIN_RULE, (rule) => explainRule(context, rule)),
    onServer(SHOW_BREAKDOWN, views.breakdown),
    onServer(WHAT_IF, views.whatIf),
    register(CALIBRATE, async (path, server, log) => {
      const target = await serverMeant(session, path, server);
      if (target) await views.calibrate.show(target, typeof log === "string" ? log : undefined);
    }),
    register(GENERATE, async (path, server, kinds) => {
      const target = await serverMeant(session, path, server);
      if (target) await generateFor(session, preview, target, kindsOf(kinds));
    }),
    register(MIGRATE, (version) => migrations.run(version)),
    register("vllmK8s.fixAllInFile", () => fixAllInFile(session)),
    register(OPEN_EXAMPLES, (file) => openExamples(context, file)),
    register(OPEN_SETTINGS, (setting) => openSettings(context, setting)),
    register("vllmK8s.copyDebugInformation", () => copyDebugInformation(context, session)),
  );
}

/** Given by a keybinding or another extension. */
function kindsOf(given: unknown): readonly GeneratedKind[] | undefined {
  return Array.isArray(given) ? GENERATED_KINDS.filter((kind) => given.includes(kind)) : undefined;
}

async function fixAllInFile(session: Session): Promise<void> {
  const document = window.activeTextEditor?.document;
  const path = document && isManifest(document) ? await session.prepare(document) : undefined;
  const edits =
    path === undefined ? [] : session.ask("Fixing all failed", [], (service) => service.fixAll(path));
  if (edits.length > 0) await workspace.applyEdit(toWorkspaceEdit(edits));
  else window.setStatusBarMessage(l10n.t("vLLM: nothing here has a safe fix"), 4000);
}
