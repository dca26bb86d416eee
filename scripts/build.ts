import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { build, context, type BuildOptions, type Metafile } from "esbuild";
import { cataloguesApart, writeCatalogues } from "./build/catalogues";
import { liveApart } from "./build/live-apart";
import { packedData } from "./build/packed-data";
import { parsersApart } from "./build/parsers-apart";
import { withoutRuleProse } from "./build/without-rule-prose";

/** Bundles the extension for both of its hosts and the command line; `--watch` does so again after each change. */
const root = resolve(__dirname, "..");
const watch = process.argv.includes("--watch");

const common: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  format: "cjs",
  minify: !watch,
  metafile: true,
  plugins: [packedData],
  // Of packages that come in both forms the one from which unused parts can be left out.
  alias: {
    yaml: join(root, "node_modules/yaml/browser/dist/index.js"),
    "@prometheus-io/lezer-promql": join(root, "node_modules/@prometheus-io/lezer-promql/dist/index.es.js"),
  },
  // The maps stay here: a package without them is half the size.
  sourcemap: watch ? "linked" : "external",
  sourcesContent: false,
  logLevel: "warning",
  legalComments: "none",
};

const editorEntry = "src/hosts/vscode/main.ts";
const commandLineEntry = "src/hosts/cli/main.ts";

const bundles: readonly BuildOptions[] = [
  {
    entryPoints: [editorEntry],
    outfile: "dist/extension.js",
    platform: "node",
    target: "node20",
    external: ["vscode"],
    define: { IN_BROWSER: "false" },
    plugins: [cataloguesApart, withoutRuleProse, liveApart("node"), parsersApart],
  },
  {
    entryPoints: [editorEntry],
    outfile: "dist/web.js",
    platform: "browser",
    target: "es2022",
    external: ["vscode"],
    define: { IN_BROWSER: "true" },
    plugins: [cataloguesApart, withoutRuleProse, liveApart("web"), parsersApart],
  },
  {
    stdin: { contents: 'export { parse } from "unbash";', resolveDir: root },
    outfile: "dist/shell.js",
    platform: "neutral",
    target: "es2022",
  },
  {
    stdin: { contents: 'export { parser } from "@prometheus-io/lezer-promql";', resolveDir: root },
    outfile: "dist/promql.js",
    platform: "neutral",
    target: "es2022",
  },
  {
    entryPoints: ["src/hosts/vscode/live/main.ts"],
    outfile: "dist/live.js",
    platform: "node",
    target: "node20",
    external: ["vscode"],
  },
  ...(existsSync(join(root, commandLineEntry))
    ? [
        {
          entryPoints: [commandLineEntry],
          outfile: "dist/cli.js",
          platform: "node",
          target: "node20",
          // The entry must not have one of its own as well.
          banner: { js: "#!/usr/bin/env node" },
        } satisfies BuildOptions,
        {
          entryPoints: ["src/hosts/lsp/main.ts"],
          outfile: "dist/lsp.js",
          platform: "node",
          target: "node20",
          plugins: [packedData, withoutRuleProse],
        } satisfies BuildOptions,
      ]
    : []),
];

/** A script and a stylesheet for each page of a panel. */
const pages: BuildOptions = {
  entryPoints: readdirSync(join(root, "src/webview/pages"))
    .filter((name) => name.endsWith(".ts"))
    .map((name) => `src/webview/pages/${name}`),
  outdir: "dist/webview",
  format: "iife",
  platform: "browser",
  target: "es2022",
};

async function main(): Promise<void> {
  mkdirSync(join(root, "dist"), { recursive: true });
  writeCatalogues(join(root, "dist", "catalogues.json"));
  if (watch) {
    for (const options of [...bundles, pages]) {
      const bundle = await context({ ...common, ...options });
      await bundle.rebuild();
      await bundle.watch();
    }
    console.log("Watching for changes ...");
    return;
  }
  const metafiles: Record<string, Metafile> = {};
  for (const options of bundles) {
    const { metafile } = await build({ ...common, ...options });
    if (options.outfile && metafile) metafiles[options.outfile] = metafile;
  }
  const { metafile } = await build({ ...common, ...pages });
  if (metafile) metafiles["dist/webview"] = metafile;
  writeFileSync(join(root, "dist", "meta.json"), JSON.stringify(metafiles));
}

main().catch(() => process.exit(1));
