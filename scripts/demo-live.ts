import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startDemo } from "../test/live/demo";
import { webview } from "../test/ui/webview";
import { Workbench } from "../test/ui/workbench";
import { launchBrowser, newPage, workbenchUrl } from "./vscode/browser";
import { ensureChromium } from "./vscode/chromium";
import { runMain, SetupError } from "./vscode/failure";
import { ensureEmbeddedVsCode } from "./vscode/install";
import { extensionPath, repoRoot } from "./vscode/paths";
import { startServer } from "./vscode/server";

const folder = join(repoRoot, "examples", "live");
const openFile = join(folder, "chat.yaml");

/**
 * `npm run demo:live`: a simulated fleet with its cluster and Prometheus, and the embedded VS Code to look at it with.
 * `--check` connects as a person would, waits for numbers, and ends.
 */
runMain(async () => {
  const { values } = parseArgs({ options: { check: { type: "boolean" } } });
  const built = spawnSync("npm", ["run", "--silent", "build"], { cwd: repoRoot, stdio: "inherit" });
  if (built.status !== 0) throw new SetupError("npm run build failed; see above.");
  const demo = await startDemo();
  const server = await startServer(await ensureEmbeddedVsCode(), {
    env: { KUBECONFIG: demo.kubeconfig },
    settings: { "vllmK8s.live.refreshSeconds": 1 },
  });
  const url = workbenchUrl(server, { workspace: folder, extensionPath, openFile });
  if (values.check) {
    await check(url).finally(() => Promise.all([server.stop(), demo.stop()]));
    return 0;
  }
  console.log(
    `\nVS Code beside a simulated fleet:\n\n  ${url}\n\nRun “vLLM: Open Live Metrics” and connect. Ctrl+C ends it all.`,
  );
  if (process.platform === "darwin" || process.env.DISPLAY || process.env.WAYLAND_DISPLAY)
    spawn(process.platform === "darwin" ? "open" : "xdg-open", [url], { stdio: "ignore" }).on("error", () =>
      console.log("Open the address above in a browser."),
    );
  return server.ended;
});

async function check(url: string): Promise<void> {
  const browser = await launchBrowser(await ensureChromium());
  try {
    const page = await newPage(browser);
    await page.goto(url);
    const workbench = await Workbench.on({ page, folder, close: () => page.close() }, openFile);
    await workbench.waitForCodeLens(/L4/);
    await workbench.runCommand("vLLM: Open Live Metrics");
    await page.locator(".monaco-dialog-box").getByText("Connect", { exact: true }).click();
    await webview(workbench, ".sign", /Live/);
    const frame = await webview(workbench, "#title-gpu", /GPU memory/);
    const [title, value] = await Promise.all(
      ["h2", ".value"].map((part) => frame.locator(`.card ${part}`).first().innerText()),
    );
    if (!/\d/.test(value ?? "")) throw new SetupError(`The panel shows no number of ${title}.`);
    console.log(`The panel is live on the simulated fleet. ${title}: ${value}`);
  } finally {
    await browser.close();
  }
}
