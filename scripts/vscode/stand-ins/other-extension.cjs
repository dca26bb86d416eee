/**
 * Stands in for an extension that answers for the same languages as ours, in the ways of the Red Hat YAML, Kubernetes and Helm
 * extensions: everything that can be registered for a manifest. Each answer carries the extension's name.
 */
const vscode = require("vscode");

exports.activate = (context) => {
  const { name, contributes } = context.extension.packageJSON;
  const selector = contributes.configuration.properties[`${name}.languages`].default;
  const start = new vscode.Range(0, 0, 0, 1);
  const hover = () => new vscode.Hover(`hover of ${name}`);
  const completions = () => [new vscode.CompletionItem(`completion-of-${name}`)];
  const lenses = () => [new vscode.CodeLens(start, { title: `lens of ${name}`, command: `${name}.nothing` })];
  const symbol = () =>
    new vscode.DocumentSymbol(`symbol of ${name}`, "", vscode.SymbolKind.Key, start, start);
  const action = () => new vscode.CodeAction(`action of ${name}`, vscode.CodeActionKind.QuickFix);
  const { languages } = vscode;
  const found = languages.createDiagnosticCollection(name);
  const look = (document) => {
    if (selector.includes(document.languageId))
      found.set(document.uri, [new vscode.Diagnostic(start, `finding of ${name}`)]);
  };
  vscode.workspace.textDocuments.forEach(look);
  context.subscriptions.push(
    found,
    vscode.workspace.onDidOpenTextDocument(look),
    // As a server does that checks after each edit: all findings go and come again.
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      found.delete(document.uri);
      setTimeout(() => look(document), 30);
    }),
    vscode.commands.registerCommand(`${name}.nothing`, () => undefined),
    languages.registerHoverProvider(selector, { provideHover: hover }),
    languages.registerCompletionItemProvider(selector, { provideCompletionItems: completions }, "-", " "),
    languages.registerCodeLensProvider(selector, { provideCodeLenses: lenses }),
    languages.registerDocumentSymbolProvider(selector, { provideDocumentSymbols: () => [symbol()] }),
    languages.registerCodeActionsProvider(selector, { provideCodeActions: () => [action()] }),
    languages.registerDocumentFormattingEditProvider(selector, {
      provideDocumentFormattingEdits: () => [vscode.TextEdit.insert(start.start, `# formatted by ${name}\n`)],
    }),
  );
};
