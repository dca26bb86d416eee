import { l10n } from "vscode";
import type { WhatIf, WhatIfFilter } from "../../features/what-if/what-if";
import { whatIfMessage, type WhatIfMessage } from "../../webview/what-if-messages";
import type { Proposals } from "./proposals";
import type { Open, ServerPanelKind } from "./server-panels";

export const WHAT_IF = "vllmK8s.whatIf";

/** "What if: <server>": other GPUs and flags for one server, each row with what vLLM would have room for. */
export function whatIfPanels(proposals: Proposals): ServerPanelKind<WhatIf, WhatIfMessage, WhatIfFilter> {
  return {
    page: "what-if",
    title: ({ title }) => l10n.t("What if: {0}", title),
    ask: (service, { path, server }, filter) => service.whatIf(path, server, filter),
    parse: whatIfMessage,
    receive: (message, open) =>
      message.type === "filter" ? open.look(message.filter) : preview(message.row, open, proposals),
  };
}

/** Shows what a row would change. */
async function preview(row: string, open: Open<WhatIf, WhatIfFilter>, proposals: Proposals): Promise<void> {
  const { path, server, session } = open;
  const edits = session.ask("What if failed", undefined, (service) => service.applyWhatIf(path, server, row));
  if (!edits || edits.length === 0)
    return open.notice(l10n.t("This manifest cannot be made to say that by an edit."));
  await proposals.show({
    path,
    edits,
    title: (name) => l10n.t("{0}: what if", name),
    outdated: () => open.notice(l10n.t("The manifest has changed meanwhile; pick the row again.")),
  });
}
