import { commands, ViewColumn, window, type Uri } from "vscode";

/** Beside the manifest, rendered; as text when the built-in Markdown extension is switched off. */
export async function showMarkdown(uri: Uri): Promise<void> {
  try {
    await commands.executeCommand("markdown.showPreviewToSide", uri);
  } catch {
    await window.showTextDocument(uri, { preview: true });
  }
}

/** The same, but the focus stays where it is: the buttons of a diff are seen only in the group that has it. */
export async function showMarkdownBehind(uri: Uri): Promise<void> {
  const options = { viewColumn: ViewColumn.Beside, preserveFocus: true, preview: true };
  try {
    await commands.executeCommand("vscode.openWith", uri, "vscode.markdown.preview.editor", options);
  } catch {
    await window.showTextDocument(uri, options);
  }
}
