import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type BuildOptions, build } from "esbuild";
import { extensionPath, repoRoot } from "./paths";

export type HostKind = "node" | "web";

/** The host tests themselves, or those in a folder of theirs that need a run of their own. */
export const SUITES = ["host", "beside", "soak"] as const;
export type Suite = (typeof SUITES)[number];

export interface SuiteOptions {
  /** Runs only the tests whose full title matches. */
  grep: string;
  /** Fails on a forgotten `it.only`. */
  forbidOnly: boolean;
}

const hostTests = join(repoRoot, "test", "host");

/**
 * Bundles mocha's runner and every host test into one module with a `run()`; returns its path. It has to lie inside
 * the extension's folder: VS Code runs a test module in the host of the extension that contains it.
 */
export async function bundleHostTests(kind: HostKind, suite: Suite, options: SuiteOptions): Promise<string> {
  const outfile = join(extensionPath, "dist", "test", "host", kind === "web" ? "web.js" : "index.js");
  await build({
    stdin: { contents: entry(testFiles(kind, suite)), resolveDir: hostTests, loader: "ts" },
    bundle: true,
    format: "cjs",
    outfile,
    sourcemap: "inline",
    sourcesContent: false,
    logLevel: "warning",
    ...(kind === "web" ? webOptions : nodeOptions),
    define: { SUITE_OPTIONS: JSON.stringify({ ...options, kind }), ...(kind === "web" ? hideCommonJs : {}) },
  });
  return outfile;
}

/** Files named `*.node.test.ts` need Node and stay out of the web worker. */
function testFiles(kind: HostKind, suite: Suite): string[] {
  const folder = suite === "host" ? "." : suite;
  return readdirSync(join(hostTests, folder))
    .filter((name) => name.endsWith(".test.ts") && !(kind === "web" && name.endsWith(".node.test.ts")))
    .map((name) => `./${folder}/${name}`)
    .sort();
}

/** The tests are required late, inside `load`, because they call mocha's globals as they load. */
function entry(files: string[]): string {
  const requires = files.map((file) => `require(${JSON.stringify(file)});`).join("\n");
  return `import { runSuite } from "./index";\nexport const run = () => runSuite(() => {\n${requires}\n});\n`;
}

const nodeOptions: BuildOptions = { platform: "node", target: "node20", external: ["vscode", "mocha"] };

const webOptions: BuildOptions = {
  platform: "browser",
  target: "es2022",
  external: ["vscode"],
  // Mocha's own browser build, and the one Node module that tests are free to use.
  alias: { mocha: "mocha/mocha.mjs", "node:assert/strict": join(hostTests, "web-assert.ts") },
};

/** Mocha's browser build would take the bundle's own `module.exports` for its own and overwrite it. */
const hideCommonJs = { module: "undefined", exports: "undefined" };
