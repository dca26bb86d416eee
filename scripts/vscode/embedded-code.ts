import { resolve } from "node:path";
import { runEmbeddedTests } from "./embedded-run";
import { SetupError, runMain } from "./failure";

/**
 * The part of VS Code's command line that extension test runs use. Everything else that
 * `@vscode/test-electron` passes concerns the desktop shell and has no meaning here.
 */
function parseArguments(args: string[]): Record<string, string> & { workspace?: string } {
  const parsed: Record<string, string> = {};
  for (const arg of args) {
    const option = /^--([A-Za-z-]+)(?:=(.*))?$/s.exec(arg);
    if (option?.[1]) parsed[option[1]] = option[2] ?? "true";
    else parsed.workspace = resolve(arg);
  }
  return parsed;
}

runMain(async () => {
  const args = parseArguments(process.argv.slice(2));
  if (!args.extensionDevelopmentPath || !args.extensionTestsPath) {
    throw new SetupError("embedded-code needs --extensionDevelopmentPath=… and --extensionTestsPath=….");
  }
  return runEmbeddedTests({
    extensionPath: args.extensionDevelopmentPath,
    testsPath: args.extensionTestsPath,
    workspace: args.workspace,
    extensionsDir: args["extensions-dir"],
    web: args.extensionDevelopmentKind === "web",
  });
});
