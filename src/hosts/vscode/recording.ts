import { l10n, window, workspace, type QuickPickItem, type Uri } from "vscode";

/** A recorded load: a file's name and text. */
export interface Recording {
  readonly name: string;
  readonly text: string;
}

/** More than a hundred thousand points, which is as many as are read, never take more. */
const LARGEST_BYTES = 16_000_000;
const MOST_FILES = 200;
const NOT_OURS = "**/{node_modules,.git,.vscode-test}/**";

interface Choice extends QuickPickItem {
  /** Undefined for the one that opens the editor's own dialog. */
  readonly uri: Uri | undefined;
}

/** Lets a person choose a CSV or JSON file of the workspace, or any other. Throws when it cannot be read. */
export async function chooseRecording(): Promise<Recording | undefined> {
  const found = await workspace.findFiles("**/*.{csv,json}", NOT_OURS, MOST_FILES);
  const files = found.map((uri): Choice => ({ label: workspace.asRelativePath(uri), uri }));
  const sorted = files.sort((a, b) => rank(a.label) - rank(b.label) || a.label.localeCompare(b.label));
  const picked = await window.showQuickPick([...sorted, { label: l10n.t("A file ..."), uri: undefined }], {
    title: l10n.t("A recorded load"),
    placeHolder: l10n.t("CSV lines of time and requests a second, or a range query's answer as JSON"),
  });
  if (!picked) return undefined;
  const uri = picked.uri ?? (await window.showOpenDialog({ canSelectMany: false }))?.[0];
  if (!uri) return undefined;
  const { size } = await workspace.fs.stat(uri);
  if (size > LARGEST_BYTES) throw new Error(`a recording of ${size} bytes`);
  const text = new TextDecoder().decode(await workspace.fs.readFile(uri));
  return { name: workspace.asRelativePath(uri), text };
}

/** Tables first: most JSON files of a workspace are something else. */
function rank(label: string): number {
  return label.endsWith(".csv") ? 0 : 1;
}
