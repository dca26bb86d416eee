import { Uri, workspace, type ExtensionContext } from "vscode";
import { openCatalogues } from "./catalogues";
import { provideParsers, type Parsers } from "./parsers";

/** Set by the build. */
declare const IN_BROWSER: boolean;

/** The catalogues and the parsers are files of their own, so that neither host has to compile them before they are needed. */
export async function activate(context: ExtensionContext): Promise<void> {
  const read = (name: string): Thenable<Uint8Array> =>
    workspace.fs.readFile(Uri.joinPath(context.extensionUri, "dist", name));
  const [catalogues, parsers] = await Promise.all([
    read("catalogues.json"),
    IN_BROWSER && Promise.all([read("shell.js"), read("promql.js")]),
  ]);
  openCatalogues(catalogues);
  provideParsers(parsers ? inBrowser(parsers) : inNode);
  const extension = await import("./extension");
  extension.activate(context);
}

/* eslint-disable @typescript-eslint/no-require-imports -- with the first text, and not before */
const inNode = {
  shell: () => require("./shell.js") as Parsers["shell"],
  promql: () => require("./promql.js") as Parsers["promql"],
};
/* eslint-enable @typescript-eslint/no-require-imports */

function inBrowser([shell, promql]: readonly [Uint8Array, Uint8Array]): typeof inNode {
  return {
    shell: () => evaluated<Parsers["shell"]>(shell),
    promql: () => evaluated<Parsers["promql"]>(promql),
  };
}

/** A module of this extension, from its own folder: a browser has no `require`, and evaluates the entry in the same way. */
function evaluated<T>(code: Uint8Array): T {
  const module = { exports: {} as T };
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- nothing but the files that the extension ships
  const run = new Function("module", "exports", new TextDecoder().decode(code)) as (
    ...args: unknown[]
  ) => void;
  run(module, module.exports);
  return module.exports;
}
