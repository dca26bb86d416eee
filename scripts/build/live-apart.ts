import type { Plugin } from "esbuild";

/**
 * Keeps what speaks to clusters out of the editor's bundles. In the Node host the import of `live/main` becomes a `require` of
 * its own bundle, which runs on the first Connect; in a browser there is nothing to load.
 */
export function liveApart(host: "node" | "web"): Plugin {
  return {
    name: "live-apart",
    setup(build) {
      build.onResolve({ filter: /^\.\/live\/main$/ }, () =>
        host === "node" ? { path: "./live.js", external: true } : { path: "live", namespace: "no-live" },
      );
      build.onLoad({ filter: /.*/, namespace: "no-live" }, () => ({
        contents: "export const startLive = undefined;",
      }));
    },
  };
}
