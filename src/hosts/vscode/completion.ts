import {
  CompletionItem,
  CompletionItemKind,
  CompletionItemTag,
  languages,
  MarkdownString,
  SnippetString,
  type Disposable,
} from "vscode";
import { PROPOSAL_SYMBOLS, type Proposal } from "../../features/completion/completion";
import { fromPosition, toRange } from "./convert";
import { SELECTOR } from "./documents";
import type { Session } from "./session";

/** After these a value or key begins; letters ask by themselves. */
const TRIGGERS = ["-", "=", " ", '"', "'", "/", ":", ".", "[", "{", "(", ","];

export function registerCompletion(session: Session): Disposable {
  return languages.registerCompletionItemProvider(
    SELECTOR,
    {
      async provideCompletionItems(document, position, token) {
        const path = await session.prepare(document);
        if (path === undefined || token.isCancellationRequested) return [];
        return session
          .ask("Completion failed", [], (service) => service.completions(path, fromPosition(position)))
          .map(toItem);
      },
    },
    ...TRIGGERS,
  );
}

function toItem(proposal: Proposal): CompletionItem {
  const item = new CompletionItem(proposal.label, CompletionItemKind[PROPOSAL_SYMBOLS[proposal.kind]]);
  item.range = toRange(proposal.range);
  item.insertText = toSnippet(proposal);
  item.keepWhitespace = true;
  item.filterText = proposal.filterText;
  item.sortText = proposal.sortText;
  if (proposal.detail !== undefined) item.detail = proposal.detail;
  if (proposal.documentation !== undefined) item.documentation = new MarkdownString(proposal.documentation);
  if (proposal.deprecated) item.tags = [CompletionItemTag.Deprecated];
  if (proposal.asksOn) item.command = { title: "", command: "editor.action.triggerSuggest" };
  return item;
}

function toSnippet({ newText, selection }: Proposal): string | SnippetString {
  if (!selection) return newText;
  return new SnippetString()
    .appendText(newText.slice(0, selection.start))
    .appendPlaceholder((inner) => void inner.appendText(newText.slice(selection.start, selection.end)), 1)
    .appendText(newText.slice(selection.end));
}
