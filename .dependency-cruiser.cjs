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
  ["rules", ["base", "yaml", "kubernetes", "vllm", "data", "sizing", "autoscaling", "metrics"]],
  [
    "features",
    ["base", "yaml", "shell", "kubernetes", "vllm", "data", "sizing", "autoscaling", "metrics", "rules"],
  ],
  ["webview", ["base", "features"]],
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
      to: { path: "^src/(yaml|shell|kubernetes|vllm|sizing|autoscaling|metrics)/" },
    },
    {
      name: "web-host-knows-no-node",
      severity: "error",
      from: { path: "^src/hosts/vscode/" },
      to: { dependencyTypes: ["core"] },
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
