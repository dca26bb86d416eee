import {
  CodeActionKind,
  DidChangeWatchedFilesNotification,
  TextDocumentSyncKind,
  type ClientCapabilities,
  type Connection,
  type InitializeResult,
} from "vscode-languageserver";
import { isConfigFile } from "../cli/input";
import type { Io } from "../cli/io";
import { VERSION } from "../cli/version";
import { answerQuestions, SHOW_MEMORY } from "./answers";
import { FIX_ALL } from "./code-actions";
import { Diagnostics } from "./diagnostics";
import { OpenDocuments } from "./documents";
import { answerNavigation } from "./navigation";
import { pathOf } from "./paths";
import { Session } from "./session";

/** After these a value or key begins; letters ask by themselves. */
const TRIGGERS = ["-", "=", " ", '"', "'", "/", ":", ".", "[", "{", "(", ","];

/** Answers a client until it ends the conversation. */
export function startServer(connection: Connection, io: Io): void {
  const documents = new OpenDocuments();
  const session = new Session(io, documents, { error: (text) => connection.console.error(text) });
  connection.onInitialize(({ capabilities, initializationOptions }): InitializeResult => {
    const pull = capabilities.textDocument?.diagnostic !== undefined;
    const canRefresh = capabilities.workspace?.diagnostics?.refreshSupport === true;
    const diagnostics = new Diagnostics(connection, session, documents, { isPulled: pull, canRefresh });
    session.configure(initializationOptions);
    followDocuments(connection, session, documents, diagnostics);
    followWorld(connection, session, diagnostics, capabilities);
    answerQuestions(connection, session, documents, capabilities);
    answerNavigation(connection, session, documents);
    return { capabilities: offered(pull), serverInfo: { name: "vllm-k8s", version: VERSION } };
  });
  connection.listen();
}

function offered(pull: boolean): InitializeResult["capabilities"] {
  return {
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
    ...(pull
      ? {
          diagnosticProvider: {
            identifier: "vllm-k8s",
            interFileDependencies: true,
            workspaceDiagnostics: false,
          },
        }
      : {}),
    codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, FIX_ALL] },
    hoverProvider: true,
    codeLensProvider: { resolveProvider: false },
    completionProvider: { triggerCharacters: TRIGGERS },
    signatureHelpProvider: { triggerCharacters: ["{", ",", '"'] },
    inlayHintProvider: true,
    definitionProvider: true,
    referencesProvider: true,
    documentLinkProvider: { resolveProvider: false },
    documentSymbolProvider: { label: "vLLM" },
    renameProvider: { prepareProvider: true },
    executeCommandProvider: { commands: [SHOW_MEMORY] },
  };
}

function followDocuments(
  connection: Connection,
  session: Session,
  documents: OpenDocuments,
  diagnostics: Diagnostics,
): void {
  connection.languages.diagnostics.on(({ textDocument: { uri }, previousResultId }) =>
    diagnostics.report(pathOf(uri), previousResultId),
  );
  const tell = (path: string): void => {
    if (!isConfigFile(path)) session.setText(path);
  };
  connection.onDidOpenTextDocument(({ textDocument: { uri, text } }) => {
    tell(documents.set(uri, text));
    diagnostics.schedule(0);
  });
  connection.onDidChangeTextDocument(({ textDocument: { uri }, contentChanges }) => {
    const path = documents.change(uri, contentChanges);
    if (path !== undefined) tell(path);
    diagnostics.schedule();
  });
  connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
    // The client knows the document by its own spelling until it has been told that nothing is left of it.
    diagnostics.closed(pathOf(uri));
    session.closed(documents.close(uri));
  });
}

/** What lies on disk, and the settings. */
function followWorld(
  connection: Connection,
  session: Session,
  diagnostics: Diagnostics,
  capabilities: ClientCapabilities,
): void {
  const lookAgain = (): void => {
    session.lookAgain();
    diagnostics.invalidate();
  };
  connection.onDidSaveTextDocument(lookAgain);
  connection.onDidChangeWatchedFiles(lookAgain);
  connection.onDidChangeConfiguration(({ settings }) => {
    session.configure(settings);
    diagnostics.invalidate();
  });
  connection.onInitialized(() => {
    if (capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration !== true) return;
    const watchers = [{ globPattern: "**/*.{yaml,yml}" }, { globPattern: "**/config.json" }];
    void connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
  });
}
