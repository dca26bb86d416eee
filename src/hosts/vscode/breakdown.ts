import type { Range } from "vscode";
import { Selection, Uri, ViewColumn, window, workspace } from "vscode";
import type { Breakdown } from "../../features/memory/breakdown";
import { breakdownMessage, type BreakdownMessage } from "../../webview/breakdown-messages";
import { toRange } from "./convert";
import type { ServerPanelKind } from "./server-panels";

export const SHOW_BREAKDOWN = "vllmK8s.showBreakdown";

/** "vLLM memory: <server>": the bar, every number with its formula, every input with the way to its place. */
export const breakdownPanels: ServerPanelKind<Breakdown, BreakdownMessage> = {
  page: "breakdown",
  title: ({ title }) => `vLLM memory: ${title}`,
  ask: (service, { path, server }) => service.breakdown(path, server),
  parse: breakdownMessage,
  receive: (message, { state }) => jump(state, message.input),
  links: ({ sources }) => sources.map(({ url }) => url),
};

/** Selects the place of an input in its manifest, in the column where that is open already. */
async function jump({ inputs }: Breakdown, index: number): Promise<void> {
  const place = inputs[index]?.place;
  if (!place) return;
  const document = await workspace.openTextDocument(Uri.parse(place.path, true));
  const open = window.visibleTextEditors.find((editor) => editor.document === document);
  const range: Range = toRange(place.range);
  const editor = await window.showTextDocument(document, open?.viewColumn ?? ViewColumn.One);
  editor.selection = new Selection(range.start, range.end);
  editor.revealRange(range);
}
