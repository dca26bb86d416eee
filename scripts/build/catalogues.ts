import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import type { Plugin } from "esbuild";

const root = resolve(__dirname, "../..");
const dataFolder = join(root, "src", "data");
const reader = join(root, "src", "hosts", "vscode", "catalogues.ts");

/** Makes the imports of `src/data/*.json` in a bundle read the file that `writeCatalogues` wrote. */
export const cataloguesApart: Plugin = {
  name: "catalogues-apart",
  setup(build) {
    build.onLoad({ filter: /[\\/]src[\\/]data[\\/].+\.json$/ }, ({ path }) => ({
      contents: `import { catalogues } from ${JSON.stringify(reader)}; export default catalogues[${JSON.stringify(nameOf(path))}];`,
      loader: "js",
      resolveDir: root,
    }));
  },
};

/** The catalogues of `src/data` in one file of the extension; the schemas below it are made into code. */
export function writeCatalogues(file: string): void {
  const names = readdirSync(dataFolder).filter((name) => name.endsWith(".json"));
  const catalogues = names.sort().map((name) => {
    const path = join(dataFolder, name);
    return [nameOf(path), JSON.parse(readFileSync(path, "utf8")) as unknown];
  });
  writeFileSync(file, JSON.stringify(Object.fromEntries(catalogues)));
}

function nameOf(path: string): string {
  return relative(dataFolder, path).replaceAll("\\", "/");
}
