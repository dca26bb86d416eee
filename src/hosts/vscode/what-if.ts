import { commands, l10n, Uri, window, workspace, type Disposable } from "vscode";
import type { WhatIf, WhatIfFilter } from "../../features/what-if";
import type { FileEdit } from "../../features/fixes";
import { whatIfMessage, type WhatIfMessage } from "../../webview/what-if-messages";
import { toWorkspaceEdit } from "./convert";
import { proposedText } from "./proposed-text";
import type { Open, ServerPanelKind } from "./server-panels";

export const WHAT_IF = "vllmK8s.whatIf";

const SCHEME = "vllm-k8s-proposal";

/** "What if: <server>": other GPUs and flags for one server, each row with what vLLM would have room for. */
export function whatIfPanels(proposals: Proposals): ServerPanelKind<WhatIf, WhatIfMessage, WhatIfFilter> {
  return {
    page: "what-if",
    title: ({ title }) => l10n.t("What if: {0}", title),
    ask: (service, { path, server }, filter) => service.whatIf(path, server, filter),
    parse: whatIfMessage,
    receive: (message, open) =>
      message.type === "filter" ? open.look(message.filter) : proposals.preview(message.row, open),
  };
}

/** A change that is shown and waits for a person's word. */
interface Proposal {
  readonly text: string;
  readonly edits: readonly FileEdit[];
  /** The texts that the edits were made for, by path. */
  readonly before: ReadonlyMap<string, string>;
  readonly open: Open<WhatIf, WhatIfFilter>;
}

/** Changed manifests as the right side of a diff; nothing is written until a person says so with the buttons in its title. */
export class Proposals implements Disposable {
  private readonly waiting = new Map<string, Proposal>();
  private readonly subscriptions = [
    workspace.registerTextDocumentContentProvider(SCHEME, {
      provideTextDocumentContent: (uri) => this.waiting.get(uri.toString())?.text ?? "",
    }),
    commands.registerCommand("vllmK8s.applyProposal", () => this.decide(true)),
    commands.registerCommand("vllmK8s.discardProposal", () => this.decide(false)),
    workspace.onDidCloseTextDocument((document) => this.waiting.delete(document.uri.toString())),
  ];

  /** Shows what a row would change. */
  async preview(row: string, open: Open<WhatIf, WhatIfFilter>): Promise<void> {
    const { path, server, session } = open;
    const edits = session.ask("What if failed", undefined, (service) =>
      service.applyWhatIf(path, server, row),
    );
    if (!edits || edits.length === 0)
      return open.notice(l10n.t("This manifest cannot be made to say that by an edit."));
    const before = new Map<string, string>();
    for (const { path: each } of edits)
      before.set(each, (await workspace.openTextDocument(Uri.parse(each))).getText());
    const own = edits.filter((edit) => edit.path === path);
    const file = Uri.parse(path);
    const name = file.path.slice(file.path.lastIndexOf("/") + 1);
    const uri = file.with({ scheme: SCHEME, query: String(Date.now()) });
    this.waiting.set(uri.toString(), {
      text: proposedText(before.get(path) ?? "", own),
      edits,
      before,
      open,
    });
    await commands.executeCommand("vscode.diff", file, uri, l10n.t("{0}: what if", name), { preview: true });
  }

  /** The diff in front is applied or given up, and closed. */
  private async decide(apply: boolean): Promise<void> {
    const tab = window.tabGroups.activeTabGroup.activeTab;
    const { modified } = (tab?.input ?? {}) as { readonly modified?: Uri };
    const proposal = modified && this.waiting.get(modified.toString());
    if (!tab || !proposal) return;
    await window.tabGroups.close(tab);
    if (apply) await applyProposal(proposal);
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }
}

async function applyProposal({ edits, before, open }: Proposal): Promise<void> {
  for (const [path, text] of before) {
    const document = await workspace.openTextDocument(Uri.parse(path));
    if (document.getText() !== text)
      return open.notice(l10n.t("The manifest has changed meanwhile; pick the row again."));
  }
  await workspace.applyEdit(toWorkspaceEdit(edits));
}
