import {
  ErrorCodes,
  ResponseError,
  SymbolKind,
  type Connection,
  type DocumentSymbol,
} from "vscode-languageserver";
import type { Location } from "../../features/navigation/navigation";
import type { ServerSymbol } from "../../features/navigation/symbols";
import type { Service } from "../../service";
import { toWorkspaceEdit } from "./convert";
import type { OpenDocuments } from "./documents";
import { pathOf } from "./paths";
import type { Session } from "./session";

type Navigator = NonNullable<ReturnType<Service["navigator"]>>;

/** Definitions, references, renames, links and the outline. */
export function answerNavigation(connection: Connection, session: Session, documents: OpenDocuments): void {
  const uriOf = (path: string): string => documents.uriOf(path);
  const toLocation = ({ path, range }: Location): { uri: string; range: Location["range"] } => ({
    uri: uriOf(path),
    range,
  });
  const ask = <T>(uri: string, otherwise: T, question: (navigator: Navigator) => T): T =>
    session.ask("Navigation", pathOf(uri), otherwise, (service) => {
      const navigator = service.navigator(pathOf(uri));
      return navigator ? question(navigator) : otherwise;
    });
  connection.onDefinition(({ textDocument: { uri }, position }) =>
    ask(uri, [], (navigator) => navigator.definitions(position)).map(toLocation),
  );
  connection.onReferences(({ textDocument: { uri }, position }) =>
    ask(uri, [], (navigator) => navigator.references(position)).map(toLocation),
  );
  connection.onDocumentLinks(({ textDocument: { uri } }) =>
    ask(uri, [], (navigator) => navigator.links()).map(({ range, target, title }) => ({
      range,
      target,
      tooltip: title,
    })),
  );
  connection.onDocumentSymbol(({ textDocument: { uri } }) =>
    ask(uri, [], (navigator) => navigator.symbols()).map(toSymbol),
  );
  connection.onPrepareRename(({ textDocument: { uri }, position }) => {
    const place = ask(uri, undefined, (navigator) => navigator.renamePlace(position));
    if (place === undefined) return null;
    return "refused" in place ? refusal(place.refused) : { range: place.range, placeholder: place.name };
  });
  connection.onRenameRequest(({ textDocument: { uri }, position, newName }) => {
    const edits = ask(uri, [], (navigator) => navigator.rename(position, newName));
    return "refused" in edits ? refusal(edits.refused) : toWorkspaceEdit(edits, uriOf);
  });
}

/** Clients show the sentence. */
function refusal(reason: string): ResponseError<void> {
  return new ResponseError(ErrorCodes.InvalidRequest, reason);
}

const KINDS: Readonly<Record<ServerSymbol["kind"], SymbolKind>> = {
  server: SymbolKind.Class,
  model: SymbolKind.Object,
  flag: SymbolKind.Property,
};

function toSymbol({ name, detail, kind, range, selection, children }: ServerSymbol): DocumentSymbol {
  return {
    name,
    detail,
    kind: KINDS[kind],
    range,
    selectionRange: selection,
    children: children.map(toSymbol),
  };
}
