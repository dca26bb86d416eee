import { resolve } from "node:path";
import type { Plugin } from "esbuild";

const standIns = resolve(__dirname, "../../src/hosts/vscode/parsers.ts");

/** Keeps the parsers of shell scripts and of queries out of the editor's bundles: each file is loaded with the first text it has to read. */
export const parsersApart: Plugin = {
  name: "parsers-apart",
  setup(build) {
    build.onResolve({ filter: /^(unbash|@prometheus-io\/lezer-promql)$/ }, () => ({ path: standIns }));
    build.onResolve({ filter: /^\.\/(shell|promql)\.js$/ }, ({ path }) => ({ path, external: true }));
  },
};
