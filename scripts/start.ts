import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Workbench } from "../test/ui/workbench";
import { launchBrowser, newPage, workbenchUrl } from "./vscode/browser";
import { ensureChromium } from "./vscode/chromium";
import { SetupError, runMain } from "./vscode/failure";
import { ensureEmbeddedVsCode } from "./vscode/install";
import { examplesPath, extensionPath, repoRoot } from "./vscode/paths";
import { startServer } from "./vscode/server";

/**
 * `npm start`: the extension in a window to try it in, on the examples. The user's own VS Code when there is one, else
 * the embedded one in a browser. `--embedded` skips the own one; `--check` opens it, looks, and ends.
 */
runMain(async () => {
  const { values } = parseArgs({ options: { check: { type: "boolean" }, embedded: { type: "boolean" } } });
  build();
  if (!values.check && !values.embedded && openOwnVsCode()) return 0;
  const vscode = await ensureEmbeddedVsCode();
  const server = await startServer(vscode);
  const openFile = firstExample();
  const url = workbenchUrl(server, { workspace: examplesPath, extensionPath, openFile });
  if (values.check) {
    await check(url, openFile).finally(() => server.stop());
    return 0;
  }
  console.log(`\nVS Code with the extension, on the examples:\n\n  ${url}\n\nCtrl+C ends it.`);
  openInBrowser(url);
  return server.ended;
});

function build(): void {
  const result = spawnSync("npm", ["run", "--silent", "build"], {
    cwd: repoRoot,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (result.status !== 0) throw new SetupError("npm run build failed; see above.");
}

/** False when there is no `code` on PATH, or it does not start. */
function openOwnVsCode(): boolean {
  const args = [`--extensionDevelopmentPath=${extensionPath}`, examplesPath];
  const result = spawnSync("code", args, { stdio: "inherit", shell: process.platform === "win32" });
  if (result.status === 0) console.log("Opened the examples in your VS Code with the extension loaded.");
  else if (!result.error)
    console.log("Your `code` did not open the examples; using the embedded VS Code instead.");
  return result.status === 0;
}

function firstExample(): string {
  const names = existsSync(examplesPath)
    ? readdirSync(examplesPath, { recursive: true, encoding: "utf8" })
    : [];
  const first = names.filter((name) => /\.ya?ml$/.test(name)).sort()[0];
  if (!first) throw new SetupError(`There is no example to open in ${examplesPath}.`);
  return join(examplesPath, first);
}

/** Only on a desktop; elsewhere the printed address is all there is. */
function openInBrowser(url: string): void {
  const onDesktop = process.platform === "darwin" || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  if (!onDesktop) return;
  const opener = spawn(process.platform === "darwin" ? "open" : "xdg-open", [url], { stdio: "ignore" });
  opener.on("error", () => console.log("Open the address above in a browser."));
}

async function check(url: string, openFile: string): Promise<void> {
  const browser = await launchBrowser(await ensureChromium());
  try {
    const page = await newPage(browser);
    await page.goto(url);
    const session = { page, folder: examplesPath, close: () => page.close() };
    const workbench = await Workbench.on(session, openFile);
    const manifest = JSON.parse(readFileSync(join(extensionPath, "package.json"), "utf8")) as Record<
      string,
      string
    >;
    await workbench.waitForExtension(`${manifest.publisher}.${manifest.name}`);
    console.log(`VS Code shows ${openFile} with the extension active.`);
  } finally {
    await browser.close();
  }
}
