import { commands, l10n, Uri, window, workspace, WorkspaceEdit, type Disposable } from "vscode";
import { textAfter } from "../../features/findings/fixes";
import type { Placed } from "../../service";
import { toRange } from "./convert";

const SCHEME = "vllm-k8s-preview";
/** While changes wait for a word. */
const PREVIEWING = "vllmK8s.previewing";

interface Pending {
  readonly title: string;
  readonly tell: (isWanted: boolean) => void;
}

/** Changes of several files, new ones among them, side by side with what is there; nothing is written before a person says so. */
export class ChangePreview implements Disposable {
  private readonly texts = new Map<string, string>();
  private pending: Pending | undefined;
  private last: Promise<unknown> = Promise.resolve();
  private readonly subscriptions = [
    workspace.registerTextDocumentContentProvider(SCHEME, {
      provideTextDocumentContent: (uri) => this.texts.get(uri.toString()) ?? "",
    }),
    commands.registerCommand("vllmK8s.applyChanges", () => this.decide(true)),
    commands.registerCommand("vllmK8s.discardChanges", () => this.decide(false)),
    window.tabGroups.onDidChangeTabs(({ closed }) => {
      if (closed.some(({ label }) => this.pending && label.startsWith(this.pending.title)))
        this.decide(false);
    }),
  ];

  /** True when the change was applied. One is offered at a time: the one before is given up first. */
  offer(title: string, placed: Placed): Promise<boolean> {
    this.decide(false);
    const done = this.last.then(() => this.show(title, placed));
    this.last = done.catch(() => undefined);
    return done;
  }

  private async show(title: string, { edits, created }: Placed): Promise<boolean> {
    const before = new Map<string, string>();
    for (const path of new Set(edits.map((edit) => edit.path))) before.set(path, await currentText(path));
    const changed = [...before].map(([path, text]): Pair => {
      const uri = Uri.parse(path);
      return [uri, uri, this.proposed(uri, textAfter(text, path, edits))];
    });
    const added = created.map(({ path, text }): Pair => {
      const uri = Uri.parse(path);
      return [uri, undefined, this.proposed(uri, text)];
    });
    await commands.executeCommand("vscode.changes", title, [...changed, ...added]);
    const isWanted = await this.decision(title);
    await this.close(title);
    return isWanted && this.apply({ edits, created }, before);
  }

  /** With the buttons in the title of the changes; closing them says no, and so does a next offer. */
  private async decision(title: string): Promise<boolean> {
    const isWanted = await new Promise<boolean>((tell) => {
      this.pending = { title, tell };
      void commands.executeCommand("setContext", PREVIEWING, true);
    });
    await commands.executeCommand("setContext", PREVIEWING, this.pending !== undefined);
    return isWanted;
  }

  private decide(isWanted: boolean): void {
    const { pending } = this;
    this.pending = undefined;
    pending?.tell(isWanted);
  }

  private proposed(uri: Uri, text: string): Uri {
    const shown = uri.with({ scheme: SCHEME, query: String(Date.now()) });
    this.texts.set(shown.toString(), text);
    return shown;
  }

  private async close(title: string): Promise<void> {
    const tabs = window.tabGroups.all
      .flatMap((group) => group.tabs)
      .filter(({ label }) => label.startsWith(title));
    await window.tabGroups.close(tabs);
    this.texts.clear();
  }

  private async apply({ edits, created }: Placed, before: ReadonlyMap<string, string>): Promise<boolean> {
    for (const [path, text] of before) {
      if ((await currentText(path)) === text) continue;
      void window.showInformationMessage(l10n.t("The manifest has changed meanwhile; generate again."));
      return false;
    }
    const change = new WorkspaceEdit();
    for (const { path, range, newText } of edits) change.replace(Uri.parse(path), toRange(range), newText);
    // Never over a file that has come meanwhile: then nothing at all is changed.
    for (const { path, text } of created)
      change.createFile(Uri.parse(path), { contents: new TextEncoder().encode(text) });
    return workspace.applyEdit(change, { isRefactoring: true });
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }
}

/** A file, what it is, and what it would be; undefined where there is none yet. */
type Pair = readonly [file: Uri, original: Uri | undefined, modified: Uri];

async function currentText(path: string): Promise<string> {
  return (await workspace.openTextDocument(Uri.parse(path))).getText();
}
