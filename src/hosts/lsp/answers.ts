import {
  MessageType,
  ShowMessageNotification,
  type ClientCapabilities,
  type Connection,
} from "vscode-languageserver";
import { sizeText } from "../cli/size-text";
import { codeActions } from "./code-actions";
import { markdown, toCompletionItem, toInlayHint, toSignatureHelp } from "./convert";
import type { OpenDocuments } from "./documents";
import { pathOf } from "./paths";
import type { Session } from "./session";

/** Shows a server's memory plan as `vllm-k8s size` prints it: the lens above the server. */
export const SHOW_MEMORY = "vllm-k8s.showMemory";

export function answerQuestions(
  connection: Connection,
  session: Session,
  documents: OpenDocuments,
  capabilities: ClientCapabilities,
): void {
  const uriOf = (path: string): string => documents.uriOf(path);
  const withSnippets = capabilities.textDocument?.completion?.completionItem?.snippetSupport === true;
  connection.onCodeAction((params) => {
    const path = pathOf(params.textDocument.uri);
    return session.ask("Offering fixes", path, [], (service) => codeActions(service, path, params, uriOf));
  });
  connection.onHover(({ textDocument, position }) => {
    const path = pathOf(textDocument.uri);
    const hover = session.ask("A hover", path, undefined, (service) => service.hover(path, position));
    return hover && { range: hover.range, contents: markdown(hover.markdown) };
  });
  connection.onCompletion(({ textDocument, position }) => {
    const path = pathOf(textDocument.uri);
    const found = session.ask("Completion", path, [], (service) => service.completions(path, position));
    return found.map((proposal) => toCompletionItem(proposal, withSnippets));
  });
  connection.onSignatureHelp(({ textDocument, position }) => {
    const path = pathOf(textDocument.uri);
    const found = session.ask("Signatures", path, undefined, (service) => service.signature(path, position));
    return found && toSignatureHelp(found);
  });
  connection.languages.inlayHint.on(({ textDocument, range }) => {
    const path = pathOf(textDocument.uri);
    return session
      .ask("Inlay hints", path, [], (service) => service.inlayHints(path))
      .filter(({ position: { line } }) => line >= range.start.line && line <= range.end.line)
      .map(toInlayHint);
  });
  connection.onCodeLens(({ textDocument: { uri } }) => {
    const path = pathOf(uri);
    const lenses = session.ask("Lenses", path, [], (service) => service.lenses(path));
    return lenses.map(({ range, title, server }) => ({
      range,
      command: { title, command: SHOW_MEMORY, arguments: [uri, server] },
    }));
  });
  connection.onExecuteCommand(
    ({ command, arguments: [uri, server] = [] }: { command: string; arguments?: readonly unknown[] }) => {
      if (command !== SHOW_MEMORY || typeof uri !== "string" || typeof server !== "number") return;
      const path = pathOf(uri);
      const size = session.ask("Sizing", path, [], (service) => service.sizes(path))[server];
      if (!size) return;
      const message = sizeText(size, false);
      void connection.sendNotification(ShowMessageNotification.type, { type: MessageType.Info, message });
    },
  );
}
