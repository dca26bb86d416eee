import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { TestRunFailedError, runTests } from "@vscode/test-electron";
import { bundleHostTests, SUITES } from "./vscode/bundle-tests";
import { onProcessEnd } from "./vscode/cleanup";
import { runMain, SetupError } from "./vscode/failure";
import { FLOOR } from "./vscode/install";
import { extensionsFolder, installOthers } from "./vscode/other-extensions";
import { extensionPath, repoRoot } from "./vscode/paths";

/**
 * Runs test/host inside a real extension host: of the embedded VS Code, with `--floor` of the oldest that `engines.vscode` allows,
 * or with VSCODE_TEST_DESKTOP of a desktop one, which is downloaded: that version, or the newest for `1`. `--web` uses the
 * web-worker host and the extension's `browser` entry, `--suite` the tests in a folder of test/host that need a run of their own.
 */
runMain(async () => {
  const { values } = parseArgs({
    options: {
      web: { type: "boolean" },
      floor: { type: "boolean" },
      suite: { type: "string" },
      grep: { type: "string" },
    },
  });
  const suite = SUITES.find((name) => name === (values.suite ?? "host"));
  if (!suite) throw new SetupError(`--suite is one of ${SUITES.join(", ")}`);
  if (values.floor) process.env[FLOOR] = "1";
  const kind = values.web ? "web" : "node";
  const extensionTestsPath = await bundleHostTests(kind, suite, {
    grep: values.grep ?? "",
    forbidOnly: Boolean(process.env.CI),
  });
  console.log(`Tests of ${suite} in VS Code's ${kind === "web" ? "web-worker" : "Node"} extension host`);
  const desktop = process.env.VSCODE_TEST_DESKTOP ?? "";
  const editor =
    desktop === ""
      ? { vscodeExecutablePath: join(repoRoot, "scripts", "vscode", "embedded-code") }
      : { version: desktop === "1" ? "stable" : desktop };
  const extensions = extensionsFolder();
  if (suite === "beside") installOthers(extensions);
  try {
    return await runTests({
      ...editor,
      extensionDevelopmentPath: extensionPath,
      extensionTestsPath,
      launchArgs: [
        workspaceCopy(),
        `--extensions-dir=${extensions}`,
        ...(values.web ? ["--extensionDevelopmentKind=web"] : []),
      ],
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
