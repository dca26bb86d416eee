/** Stands in for tim-koehler.helm-intellisense: answers for the same languages, each answer once, so that a test sees whether ours stand beside them. */
const vscode = require("vscode");

const NAME = "tim-koehler.helm-intellisense";
const SELECTOR = ["yaml", "helm"];

exports.activate = (context) => {
  const { languages } = vscode;
  const findings = languages.createDiagnosticCollection(NAME);
  const check = (document) => {
    if (languages.match(SELECTOR, document) === 0) return;
    findings.set(document.uri, [new vscode.Diagnostic(new vscode.Range(0, 0, 0, 1), `finding of ${NAME}`)]);
  };
  vscode.workspace.textDocuments.forEach(check);
  context.subscriptions.push(
    findings,
    vscode.workspace.onDidOpenTextDocument(check),
    languages.registerHoverProvider(SELECTOR, { provideHover: () => new vscode.Hover(`hover of ${NAME}`) }),
    languages.registerCompletionItemProvider(SELECTOR, {
      provideCompletionItems: () => [new vscode.CompletionItem(`completion of ${NAME}`)],
    }),
    languages.registerDefinitionProvider(SELECTOR, { provideDefinition: () => undefined }),
    languages.registerDocumentSymbolProvider(SELECTOR, { provideDocumentSymbols: () => [] }),
  );
};
