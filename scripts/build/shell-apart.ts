import { resolve } from "node:path";
import type { Plugin } from "esbuild";

const standIn = resolve(__dirname, "../../src/hosts/vscode/shell-parser.ts");

/** Keeps the parser of shell scripts out of the editor's bundles: `dist/shell.js` is loaded with the first script. */
export const shellApart: Plugin = {
  name: "shell-apart",
  setup(build) {
    build.onResolve({ filter: /^unbash$/ }, () => ({ path: standIn }));
    build.onResolve({ filter: /^\.\/shell\.js$/ }, () => ({ path: "./shell.js", external: true }));
  },
};
