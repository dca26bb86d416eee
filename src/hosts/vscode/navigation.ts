import {
  Disposable,
  DocumentLink,
  DocumentSymbol,
  languages,
  Location,
  SymbolKind,
  Uri,
  WorkspaceEdit,
  type CancellationToken,
  type TextDocument,
} from "vscode";
import type { Location as Place } from "../../features/navigation/navigation";
import type { ServerSymbol } from "../../features/navigation/symbols";
import type { Navigator } from "../../features/navigation/navigator";
import { fromPosition, toRange, toWorkspaceEdit } from "./convert";
import { SELECTOR } from "./documents";
import type { Session } from "./session";

/** Puts a question about a document; `otherwise` where there is nothing to ask. */
type Ask = <T>(
  document: TextDocument,
  token: CancellationToken,
  otherwise: T,
  question: (navigator: Navigator) => T,
) => Promise<T>;

/** Definitions, references, renames, links and the outline. */
export function registerNavigation(session: Session): Disposable {
  const ask: Ask = async (document, token, otherwise, question) => {
    const path = await session.prepare(document);
    if (path === undefined || token.isCancellationRequested) return otherwise;
    return session.ask("Navigation failed", otherwise, (service) => {
      const navigator = service.navigator(path);
      return navigator ? question(navigator) : otherwise;
    });
  };
  return Disposable.from(
    languages.registerDefinitionProvider(SELECTOR, {
      provideDefinition: async (document, position, token) =>
        (await ask(document, token, [], (navigator) => navigator.definitions(fromPosition(position)))).map(
          toLocation,
        ),
    }),
    languages.registerReferenceProvider(SELECTOR, {
      provideReferences: async (document, position, _, token) =>
        (await ask(document, token, [], (navigator) => navigator.references(fromPosition(position)))).map(
          toLocation,
        ),
    }),
    languages.registerDocumentLinkProvider(SELECTOR, {
      provideDocumentLinks: async (document, token) =>
        (await ask(document, token, [], (navigator) => navigator.links())).map(({ range, target, title }) => {
          const link = new DocumentLink(toRange(range), Uri.parse(target));
          link.tooltip = title;
          return link;
        }),
    }),
    languages.registerDocumentSymbolProvider(
      SELECTOR,
      {
        provideDocumentSymbols: async (document, token) =>
          (await ask(document, token, [], (navigator) => navigator.symbols())).map(toSymbol),
      },
      { label: "vLLM" },
    ),
    registerRename(ask),
  );
}

function registerRename(ask: Ask): Disposable {
  return languages.registerRenameProvider(SELECTOR, {
    async prepareRename(document, position, token) {
      const place = await ask(document, token, undefined, (navigator) =>
        navigator.renamePlace(fromPosition(position)),
      );
      if (place === undefined) throw new Error("");
      if ("refused" in place) throw new Error(place.refused);
      return { range: toRange(place.range), placeholder: place.name };
    },
    async provideRenameEdits(document, position, newName, token) {
      const edits = await ask(document, token, [], (navigator) =>
        navigator.rename(fromPosition(position), newName),
      );
      if ("refused" in edits) throw new Error(edits.refused);
      return edits.length > 0 ? toWorkspaceEdit(edits) : new WorkspaceEdit();
    },
  });
}

function toLocation({ path, range }: Place): Location {
  return new Location(Uri.parse(path), toRange(range));
}

const KINDS: Readonly<Record<ServerSymbol["kind"], SymbolKind>> = {
  server: SymbolKind.Class,
  model: SymbolKind.Object,
  flag: SymbolKind.Property,
};

function toSymbol({ name, detail, kind, range, selection, children }: ServerSymbol): DocumentSymbol {
  const symbol = new DocumentSymbol(name, detail, KINDS[kind], toRange(range), toRange(selection));
  symbol.children = children.map(toSymbol);
  return symbol;
}
