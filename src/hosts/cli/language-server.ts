import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parse, seeHelp } from "./arguments";
import { UsageError, type ExitCode } from "./exit";

/** What `dist/lsp.js` exports. It is a bundle of its own, so that linting does not load it. */
interface ServerBundle {
  readonly serve: () => void;
}

/** Never ends by itself: the client tells the server to exit. */
export async function languageServer(args: readonly string[]): Promise<ExitCode> {
  const { positionals } = parse("lsp", args, { stdio: { type: "boolean" } });
  if (positionals.length > 0) throw new UsageError(`lsp takes no PATH${seeHelp("lsp")}`);
  const bundle = pathToFileURL(join(__dirname, "lsp.js")).href;
  const { serve } = (await import(bundle)) as ServerBundle;
  serve();
  return new Promise(() => undefined);
}
