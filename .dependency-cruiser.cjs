/** The arrows of ARCHITECTURE.md: each layer may import only those before it. */
const LAYERS = [
  ["base", []],
  ["data", ["base", "vllm/version"]],
  ["yaml", ["base"]],
  ["shell", ["base", "yaml"]],
  ["kubernetes", ["base", "yaml", "shell", "data"]],
  ["vllm", ["base", "yaml", "shell", "kubernetes", "data"]],
  ["sizing", ["base", "yaml", "kubernetes", "vllm", "data"]],
  ["autoscaling", ["base", "yaml", "kubernetes", "vllm", "data"]],
  ["metrics", ["base", "yaml", "kubernetes", "vllm", "data"]],
  ["live", ["base", "yaml", "data", "autoscaling"]],
  ["simulation", ["base", "yaml", "kubernetes", "vllm", "data", "sizing", "autoscaling", "metrics"]],
  ["rules", ["base", "yaml", "kubernetes", "vllm", "data", "sizing", "autoscaling", "metrics"]],
  [
    "features",
    [
      "base",
      "yaml",
      "shell",
      "kubernetes",
      "vllm",
      "data",
      "sizing",
      "autoscaling",
      "metrics",
      "live",
      "simulation",
      "rules",
    ],
  ],
  ["webview", ["base", "live", "features"]],
];

const layerRules = LAYERS.map(([name, allowed]) => ({
  name: `arrow-${name}`,
  severity: "error",
  comment: `src/${name} may import only: ${[name, ...allowed].join(", ")}`,
  from: { path: `^src/${name}/` },
  to: { path: "^src/", pathNot: `^src/(${[name, ...allowed].join("|")})(/|\\.|$)` },
}));

module.exports = {
  forbidden: [
    ...layerRules,
    {
      name: "no-cycles",
      severity: "error",
      from: { path: "^src/" },
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "vscode-only-in-its-host",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/hosts/vscode/" },
      to: { path: "^vscode$" },
    },
    {
      name: "node-only-in-hosts",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/hosts/" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "hosts-enter-by-the-service",
      severity: "error",
      from: { path: "^src/hosts/" },
      to: { path: "^src/(yaml|shell|kubernetes|vllm|sizing|autoscaling|metrics|simulation)/" },
    },
    {
      name: "web-host-knows-no-node",
      severity: "error",
      from: { path: "^src/hosts/vscode/", pathNot: "^src/hosts/vscode/live/" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "access-knows-no-editor",
      comment: "Connections and sessions run in tests without VS Code.",
      severity: "error",
      from: { path: "^src/hosts/vscode/live/(access|session)/" },
      to: { path: "^vscode$|^src/hosts/vscode/[^/]+[.]ts$" },
    },
    {
      name: "live-bundle-by-its-door",
      comment: "What speaks to clusters is a bundle of its own, loaded on Connect.",
      severity: "error",
      from: { path: "^src/hosts/vscode/", pathNot: "^src/hosts/vscode/(live/|live-door[.]ts)" },
      to: { path: "^src/hosts/vscode/live/" },
    },
    {
      name: "language-server-reuses-only-the-command-line",
      severity: "error",
      from: { path: "^src/hosts/lsp/" },
      to: { path: "^src/hosts/(?!lsp/|cli/)" },
    },
    {
      name: "only-the-language-server-speaks-the-protocol",
      comment: "It is a bundle of its own, which the command line loads by its path.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/hosts/lsp/" },
      to: { path: "^src/hosts/lsp/|vscode-languageserver" },
    },
    {
      name: "nothing-imports-tests",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^(test|scripts)/" },
    },
  ],
  options: {
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(dist|\\.vscode-test)/" },
  },
};
