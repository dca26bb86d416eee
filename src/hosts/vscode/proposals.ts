import { commands, TabInputTextDiff, Uri, window, workspace, type Disposable, type Tab } from "vscode";
import { textAfter, type FileEdit } from "../../features/findings/fixes";
import { toWorkspaceEdit } from "./convert";
import { nameOf } from "../../base/path";

const SCHEME = "vllm-k8s-proposal";

/** A change of manifests to look at. */
export interface Change {
  /** The file whose diff is shown. */
  readonly path: string;
  readonly edits: readonly FileEdit[];
  readonly title: (fileName: string) => string;
  /** Told when the files are no longer those that the edits were made for. */
  readonly outdated: () => void;
}

/** A change that is shown and waits for a person's word. */
interface Proposal extends Change {
  readonly text: string;
  /** The texts that the edits were made for, by path. */
  readonly before: ReadonlyMap<string, string>;
}

/** Changed manifests as the right side of a diff; nothing is written until a person says so with the buttons in its title. */
export class Proposals implements Disposable {
  private readonly waiting = new Map<string, Proposal>();
  private readonly subscriptions = [
    workspace.registerTextDocumentContentProvider(SCHEME, {
      provideTextDocumentContent: (uri) => this.waiting.get(uri.toString())?.text ?? "",
    }),
    commands.registerCommand("vllmK8s.applyProposal", (uri?: Uri) => this.decide(true, uri)),
    commands.registerCommand("vllmK8s.discardProposal", (uri?: Uri) => this.decide(false, uri)),
    workspace.onDidCloseTextDocument((document) => this.waiting.delete(document.uri.toString())),
  ];

  async show(change: Change): Promise<void> {
    const { path, edits, title } = change;
    const before = new Map<string, string>();
    for (const { path: each } of edits)
      before.set(each, (await workspace.openTextDocument(Uri.parse(each))).getText());
    const file = Uri.parse(path);
    const name = nameOf(file.path);
    const uri = file.with({ scheme: SCHEME, query: String(Date.now()) });
    const text = textAfter(before.get(path) ?? "", path, edits);
    this.waiting.set(uri.toString(), { ...change, text, before });
    await commands.executeCommand("vscode.diff", file, uri, title(name), { preview: true });
  }

  /** The diff whose button was clicked, or else the one in front, is applied or given up, and closed. */
  private async decide(apply: boolean, clicked: Uri | undefined): Promise<void> {
    const asked = clicked?.toString() ?? "";
    const tab = this.waiting.has(asked)
      ? window.tabGroups.all
          .flatMap(({ tabs }) => tabs)
          .find((each) => modifiedOf(each)?.toString() === asked)
      : window.tabGroups.activeTabGroup.activeTab;
    const proposal = tab && this.waiting.get(modifiedOf(tab)?.toString() ?? "");
    if (!tab || !proposal) return;
    await window.tabGroups.close(tab);
    if (apply) await applyProposal(proposal);
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }
}

/** The right side of a diff. */
function modifiedOf({ input }: Tab): Uri | undefined {
  return input instanceof TabInputTextDiff ? input.modified : undefined;
}

async function applyProposal({ edits, before, outdated }: Proposal): Promise<void> {
  for (const [path, text] of before) {
    const document = await workspace.openTextDocument(Uri.parse(path));
    if (document.getText() !== text) return outdated();
  }
  await workspace.applyEdit(toWorkspaceEdit(edits));
}
