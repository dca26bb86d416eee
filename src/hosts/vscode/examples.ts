import {
  l10n,
  Range,
  Uri,
  window,
  workspace,
  WorkspaceEdit,
  type ExtensionContext,
  type QuickPickItem,
} from "vscode";

export const OPEN_EXAMPLES = "vllmK8s.openExamples";

interface Example extends QuickPickItem {
  /** Below `examples`. */
  readonly file: string;
}

/** Listed, not looked for: the browser's host cannot list the files of an extension. */
function examples(): readonly Example[] {
  const example = (file: string, detail: string): Example => ({ label: file, file, detail });
  return [
    example("broken/llama-70b.yaml", l10n.t("Weights that do not fit, GPUs that are missing, a probe that kills the load")),
    example("broken/one-sequence.yaml", l10n.t("A context that does not fit into the KV cache that is left")),
    example("broken/cpu-autoscaling.yaml", l10n.t("An autoscaler on CPU, which never sees the load")),
    example("article/deployment.yaml", l10n.t("The server that the next one scales")),
    example("article/scaledobject.yaml", l10n.t("Autoscaling as many posts print it")),
    example("good/llama-8b.yaml", l10n.t("One GPU, everything in place")),
    example("good/qwen-32b-tp2.yaml", l10n.t("Two GPUs with tensor parallelism")),
  ]; // prettier-ignore
}

/**
 * Opens one of the examples that the extension carries, or asks which. They are copied into the extension's own storage, all of
 * them anew each time, so that a person may change them and break nothing of their own.
 */
export async function openExamples(context: ExtensionContext, wanted: unknown): Promise<void> {
  const all = examples();
  const chosen =
    all.find(({ file }) => file === wanted) ??
    (await window.showQuickPick(all, {
      title: l10n.t("vLLM examples"),
      placeHolder: l10n.t("A fresh copy is opened: change it as you like"),
      matchOnDetail: true,
    }));
  if (!chosen) return;
  const folder = Uri.joinPath(context.globalStorageUri, "examples");
  for (const { file } of all) {
    const bytes = await workspace.fs.readFile(Uri.joinPath(context.extensionUri, "examples", file));
    await write(Uri.joinPath(folder, file), bytes);
  }
  await window.showTextDocument(Uri.joinPath(folder, chosen.file), { preview: false });
}

/** An open document is changed in the editor: one whose file changes below it is read again late, or never when it has changes. */
async function write(uri: Uri, bytes: Uint8Array): Promise<void> {
  const open = workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  if (!open) return workspace.fs.writeFile(uri, bytes);
  const text = new TextDecoder().decode(bytes);
  if (open.getText() === text && !open.isDirty) return;
  const edit = new WorkspaceEdit();
  edit.replace(uri, new Range(0, 0, open.lineCount, 0), text);
  await workspace.applyEdit(edit);
  await open.save();
}
