import { l10n, window } from "vscode";
import { isManifest } from "./documents";
import type { Target } from "./server-panels";
import type { Session } from "./session";

/**
 * The server that a command is about: the one it was called with, by a lens or a link, or else the one at the cursor, which is
 * the nearest above it. Says so in the status bar when the file has none.
 */
export async function serverMeant(
  session: Session,
  path: unknown,
  server: unknown,
): Promise<Target | undefined> {
  if (typeof path === "string" && typeof server === "number") return { path, server };
  const editor = window.activeTextEditor;
  const own = editor && isManifest(editor.document) ? await session.prepare(editor.document) : undefined;
  const starts =
    own === undefined ? [] : session.ask("Servers failed", [], (service) => service.servers(own));
  if (!editor || own === undefined || starts.length === 0) {
    window.setStatusBarMessage(l10n.t("vLLM: no vLLM server in this file"), 4000);
    return undefined;
  }
  const nearest = starts.findLastIndex(({ line }) => line <= editor.selection.active.line);
  return { path: own, server: Math.max(0, nearest) };
}
