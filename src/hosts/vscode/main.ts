import { Uri, workspace, type ExtensionContext } from "vscode";
import { openCatalogues } from "./catalogues";

/** The catalogues are a file of their own, so that neither host has to compile them as code. The rest is evaluated once they are here. */
export async function activate(context: ExtensionContext): Promise<void> {
  const file = Uri.joinPath(context.extensionUri, "dist", "catalogues.json");
  openCatalogues(await workspace.fs.readFile(file));
  const extension = await import("./extension");
  extension.activate(context);
}
