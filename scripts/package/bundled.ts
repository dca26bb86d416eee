/** Packages whose code is in what we publish. The build knows them; `npm run check:size` compares. */
export const BUNDLED: readonly string[] = [
  "@lezer/common",
  "@lezer/highlight",
  "@lezer/lr",
  "@prometheus-io/lezer-promql",
  "fastest-levenshtein",
  "unbash",
  "uplot",
  "vscode-jsonrpc",
  "vscode-languageserver",
  "vscode-languageserver-protocol",
  "vscode-languageserver-types",
  "yaml",
];
