import { readdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import Mocha from "mocha";
import { CountingReporter } from "../test/reporter";
import { closeBrowser } from "../test/ui/session";
import { ensureChromium } from "./vscode/chromium";
import { runMain } from "./vscode/failure";
import { ensureEmbeddedVsCode } from "./vscode/install";
import { repoRoot } from "./vscode/paths";

/** Runs test/ui/*.ui.ts: a person's actions in the window of a real VS Code. */
runMain(async () => {
  const { values, positionals } = parseArgs({
    options: { grep: { type: "string" } },
    allowPositionals: true,
  });
  // Installing may take minutes, which would count against the first test's time.
  await ensureChromium();
  await ensureEmbeddedVsCode();
  const mocha = new Mocha({
    reporter: CountingReporter,
    timeout: 120_000,
    slow: 20_000,
    forbidOnly: Boolean(process.env.CI),
    ...(values.grep ? { grep: values.grep } : {}),
  });
  for (const file of positionals.length > 0 ? positionals : allUiTests()) mocha.addFile(file);
  await mocha.loadFilesAsync();
  const failures = await new Promise<number>((resolve) => {
    const runner = mocha.run((failed) => resolve(runner.stats?.tests === 0 ? 1 : failed));
  });
  await closeBrowser();
  return failures > 0 ? 1 : 0;
});

function allUiTests(): string[] {
  const folder = join(repoRoot, "test", "ui");
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return names
    .filter((name) => name.endsWith(".ui.ts"))
    .sort()
    .map((name) => join(folder, name));
}
