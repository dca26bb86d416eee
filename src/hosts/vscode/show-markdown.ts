import { commands, window, type Uri } from "vscode";

/** Beside the manifest, rendered; as text when the built-in Markdown extension is switched off. */
export async function showMarkdown(uri: Uri): Promise<void> {
  const available = await commands.getCommands(true);
  if (available.includes("markdown.showPreviewToSide")) {
    await commands.executeCommand("markdown.showPreviewToSide", uri);
  } else {
    await window.showTextDocument(uri, { preview: true });
  }
}
