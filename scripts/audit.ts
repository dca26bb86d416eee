import { parseArgs } from "node:util";
import { detachedEnv, lastLines, runCommand } from "./vscode/command";
import { runMain } from "./vscode/failure";
import { repoRoot } from "./vscode/paths";
import { verdictOf } from "./audit/verdict";

/**
 * `npm run audit`: fails on a known vulnerability of a dependency that is high or worse. Mirrors of the registry often cannot be asked:
 * that is said, and is a failure only with `--require`, which the workflows give.
 */
runMain(async () => {
  const { values } = parseArgs({ options: { require: { type: "boolean" } } });
  const { output } = await runCommand("npm", ["audit", "--json"], { cwd: repoRoot, env: detachedEnv() });
  const verdict = verdictOf(output);
  if (verdict.kind === "unknown") {
    console.log(`Not checked: ${verdict.reason || lastLines(output, 5)}`);
    return values.require ? 1 : 0;
  }
  for (const line of verdict.lines) console.log(line);
  return verdict.kind === "clean" ? 0 : 1;
});
