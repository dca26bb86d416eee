import { join, resolve } from "node:path";

export const repoRoot = resolve(__dirname, "../..");

/** The folder that VS Code loads as the extension; another one can be given to try the harness itself. */
export const extensionPath = resolve(process.env.TEST_EXTENSION_PATH ?? repoRoot);

export const examplesPath = join(repoRoot, "examples");

/** Screenshots of failed waits end up here; the folder is git-ignored. */
export const resultsPath = join(repoRoot, "test-results");
