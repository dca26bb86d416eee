import { Uri, workspace, type ExtensionContext } from "vscode";
import { openCatalogues } from "./catalogues";
import { provideShellParser } from "./shell-parser";

/** Set by the build. */
declare const IN_BROWSER: boolean;

/** The catalogues and the shell parser are files of their own, so that neither host has to compile them before they are needed. */
export async function activate(context: ExtensionContext): Promise<void> {
  const read = (name: string): Thenable<Uint8Array> =>
    workspace.fs.readFile(Uri.joinPath(context.extensionUri, "dist", name));
  const [catalogues, parser] = await Promise.all([read("catalogues.json"), IN_BROWSER && read("shell.js")]);
  openCatalogues(catalogues);
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- at the first script, and not before
  provideShellParser(parser ? () => evaluated(parser) : () => require("./shell.js") as Parser);
  const extension = await import("./extension");
  extension.activate(context);
}

type Run = (module: { exports: Parser }, exports: Parser) => void;
type Parser = ReturnType<Parameters<typeof provideShellParser>[0]>;

/** A module of this extension, from its own folder: a browser has no `require`, and evaluates the entry in the same way. */
function evaluated(code: Uint8Array): Parser {
  const module = { exports: {} as Parser };
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- nothing but the file that the extension ships
  const run = new Function("module", "exports", new TextDecoder().decode(code)) as Run;
  run(module, module.exports);
  return module.exports;
}
