import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { TestRunFailedError, runTests } from "@vscode/test-electron";
import { bundleHostTests } from "./vscode/bundle-tests";
import { onProcessEnd } from "./vscode/cleanup";
import { runMain } from "./vscode/failure";
import { extensionPath, repoRoot } from "./vscode/paths";

/**
 * Runs test/host inside a real extension host: of the embedded VS Code, or with VSCODE_TEST_DESKTOP of a desktop
 * one, which is downloaded: that version, or the newest for `1`. `--web` uses the web-worker host and the extension's `browser` entry.
 */
runMain(async () => {
  const { values } = parseArgs({ options: { web: { type: "boolean" }, grep: { type: "string" } } });
  const kind = values.web ? "web" : "node";
  const extensionTestsPath = await bundleHostTests(kind, {
    grep: values.grep ?? "",
    forbidOnly: Boolean(process.env.CI),
  });
  console.log(`Host tests in VS Code's ${kind === "web" ? "web-worker" : "Node"} extension host`);
  const desktop = process.env.VSCODE_TEST_DESKTOP ?? "";
  const editor =
    desktop === ""
      ? { vscodeExecutablePath: join(repoRoot, "scripts", "vscode", "embedded-code") }
      : { version: desktop === "1" ? "stable" : desktop };
  try {
    return await runTests({
      ...editor,
      extensionDevelopmentPath: extensionPath,
      extensionTestsPath,
      launchArgs: [workspaceCopy(), ...(values.web ? ["--extensionDevelopmentKind=web"] : [])],
    });
  } catch (error) {
    if (error instanceof TestRunFailedError) return error.code ?? 1;
    throw error;
  }
});

/** Tests may write into their workspace, so they get a copy. */
function workspaceCopy(): string {
  const copy = mkdtempSync(join(tmpdir(), "host-workspace-"));
  cpSync(join(repoRoot, "test", "host", "workspace"), copy, { recursive: true });
  onProcessEnd(() => rmSync(copy, { recursive: true, force: true }));
  return copy;
}
