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

/** Changed manifests as the left and right side of a diff; nothing is written until a person says so. */
export class Proposals implements Disposable {
  private readonly texts = new Map<string, string>();
  private readonly provider = workspace.registerTextDocumentContentProvider(SCHEME, {
    provideTextDocumentContent: (uri) => this.texts.get(uri.toString()) ?? "",
  });

  /** Shows what a row would change, then asks. */
  async preview(row: string, open: Open<WhatIf, WhatIfFilter>): Promise<void> {
    const { path, server, session } = open;
    const edits = session.ask("What if failed", undefined, (service) =>
      service.applyWhatIf(path, server, row),
    );
    if (!edits || edits.length === 0)
      return open.notice(l10n.t("This manifest cannot be made to say that by an edit."));
    const before = new Map(edits.map((edit) => [edit.path, ""]));
    for (const each of before.keys())
      before.set(each, (await workspace.openTextDocument(Uri.parse(each))).getText());
    const shown = await this.showDiff(path, before.get(path) ?? "", edits);
    try {
      await this.confirm(edits, before, open);
    } finally {
      await close(shown);
      this.texts.delete(shown.toString());
    }
  }

  private async showDiff(path: string, text: string, edits: readonly FileEdit[]): Promise<Uri> {
    const file = Uri.parse(path);
    const name = file.path.slice(file.path.lastIndexOf("/") + 1);
    const proposal = file.with({ scheme: SCHEME, query: String(Date.now()) });
    const own = edits.filter((edit) => edit.path === path);
    this.texts.set(proposal.toString(), proposedText(text, own));
    await commands.executeCommand("vscode.diff", file, proposal, l10n.t("{0}: what if", name), {
      preview: true,
    });
    return proposal;
  }

  private async confirm(
    edits: readonly FileEdit[],
    before: ReadonlyMap<string, string>,
    open: Open<WhatIf, WhatIfFilter>,
  ): Promise<void> {
    const apply = l10n.t("Apply");
    const chosen = await window.showInformationMessage(
      l10n.t("Apply this change to the manifest? It can be undone like any edit."),
      apply,
      l10n.t("Discard"),
    );
    if (chosen !== apply) return;
    for (const [path, text] of before) {
      const document = await workspace.openTextDocument(Uri.parse(path));
      if (document.getText() !== text)
        return open.notice(l10n.t("The manifest has changed meanwhile; pick the row again."));
    }
    await workspace.applyEdit(toWorkspaceEdit(edits));
  }

  dispose(): void {
    this.provider.dispose();
  }
}

async function close(proposal: Uri): Promise<void> {
  const tabs = window.tabGroups.all.flatMap((group) => group.tabs);
  const own = tabs.filter(({ input }) => {
    const { modified } = (input ?? {}) as { readonly modified?: Uri };
    return modified?.toString() === proposal.toString();
  });
  await window.tabGroups.close(own);
}
