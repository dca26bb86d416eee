import assert from "node:assert/strict";
import * as vscode from "vscode";

/** What a test does in the editor, each step waiting for its own effect. */

const patience = 10_000;

export function fixture(name: string): vscode.Uri {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder, "the suite runs on a workspace folder");
  return vscode.Uri.joinPath(folder.uri, name);
}

export async function open(name: string): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(fixture(name));
}

/** Closes all tabs and forgets what was typed in them. */
export async function closeAll(): Promise<void> {
  // An unsaved file would ask whether to save it.
  for (const { document } of vscode.window.visibleTextEditors) {
    if (!["file", "untitled", "vscode-remote"].includes(document.uri.scheme)) continue;
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  }
  await vscode.commands.executeCommand("workbench.action.closeAllEditors");
}

export async function until<T>(
  what: string,
  read: () => T | PromiseLike<T>,
  accept: (value: T) => boolean,
): Promise<T> {
  const end = Date.now() + patience;
  for (;;) {
    const value = await read();
    if (accept(value)) return value;
    if (Date.now() > end)
      assert.fail(`waited ${patience / 1000} s for ${what}; last seen ${JSON.stringify(value)}`);
    await pause(25);
  }
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

export function ruleOf({ code }: vscode.Diagnostic): string {
  return typeof code === "object" ? String(code.value) : String(code);
}

export function rulesIn(uri: vscode.Uri): string[] {
  return vscode.languages.getDiagnostics(uri).map(ruleOf);
}

/** The finding of a rule, once there is one. */
export async function finding(uri: vscode.Uri, rule: string): Promise<vscode.Diagnostic> {
  const read = (): vscode.Diagnostic[] => vscode.languages.getDiagnostics(uri);
  const found = await until(`a finding of ${rule}`, read, (all) => all.some((each) => ruleOf(each) === rule));
  const first = found.find((each) => ruleOf(each) === rule);
  assert.ok(first);
  return first;
}

export function waitForRules(
  uri: vscode.Uri,
  accept: (rules: string[]) => boolean,
  what: string,
): Promise<string[]> {
  return until(what, () => rulesIn(uri), accept);
}

/** All kinds of actions at a range, with their edits. */
export function actionsAt(
  uri: vscode.Uri,
  range: vscode.Range,
  kind?: string,
): Thenable<vscode.CodeAction[]> {
  return vscode.commands.executeCommand("vscode.executeCodeActionProvider", uri, range, kind, 50);
}

export async function lensTitles(uri: vscode.Uri): Promise<string[]> {
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    "vscode.executeCodeLensProvider",
    uri,
  );
  const sizing = lenses.filter(({ command }) => command?.command === "vllmK8s.showBreakdown");
  return sizing.map(({ command }) => command?.title ?? "");
}

export async function hoverTexts(uri: vscode.Uri, position: vscode.Position): Promise<string[]> {
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    "vscode.executeHoverProvider",
    uri,
    position,
  );
  return hovers.flatMap(({ contents }) =>
    contents.map((content) => (typeof content === "string" ? content : content.value)),
  );
}

/** The position of a text in a document, a few characters into it. */
export function inside(document: vscode.TextDocument, text: string): vscode.Position {
  const offset = document.getText().indexOf(text);
  assert.ok(offset >= 0, `the document has ${text}`);
  return document.positionAt(offset + Math.min(3, text.length));
}

/** Types at the end of the first line, which every fixture has free for it. */
export async function type(editor: vscode.TextEditor, text: string): Promise<void> {
  const end = editor.document.lineAt(0).range.end;
  assert.ok(await editor.edit((edit) => edit.insert(end, text)), "the edit was accepted");
}

export function setting(name: string, value: unknown, section = "vllmK8s"): Thenable<void> {
  return vscode.workspace.getConfiguration(section).update(name, value, vscode.ConfigurationTarget.Workspace);
}
