import { commands, window, type Uri } from "vscode";

/** Beside the manifest, rendered; as text when the built-in Markdown extension is switched off. */
export async function showMarkdown(uri: Uri): Promise<void> {
  try {
    await commands.executeCommand("markdown.showPreviewToSide", uri);
  } catch {
    await window.showTextDocument(uri, { preview: true });
  }
}
