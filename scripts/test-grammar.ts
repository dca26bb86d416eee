import { join } from "node:path";
import Mocha from "mocha";
import { CountingReporter } from "../test/reporter";
import { runMain } from "./vscode/failure";
import { ensureEmbeddedVsCode } from "./vscode/install";
import { repoRoot } from "./vscode/paths";

/** Runs test/grammar on the YAML grammar of the VS Code that the other tests install. */
runMain(async () => {
  await ensureEmbeddedVsCode();
  const mocha = new Mocha({ reporter: CountingReporter, timeout: 60_000 });
  mocha.addFile(join(repoRoot, "test", "grammar", "injections.grammar.ts"));
  await mocha.loadFilesAsync();
  return await new Promise<number>((resolve) => {
    mocha.run((failures) => resolve(failures > 0 ? 1 : 0));
  });
});
