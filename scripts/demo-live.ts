import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { startDemo } from "../test/live/demo";
import { workbenchUrl } from "./vscode/browser";
import { runMain, SetupError } from "./vscode/failure";
import { ensureEmbeddedVsCode } from "./vscode/install";
import { extensionPath, repoRoot } from "./vscode/paths";
import { startServer } from "./vscode/server";

/** `npm run demo:live`: a simulated fleet with its cluster and Prometheus, and the embedded VS Code to look at it with. */
runMain(async () => {
  const built = spawnSync("npm", ["run", "--silent", "build"], { cwd: repoRoot, stdio: "inherit" });
  if (built.status !== 0) throw new SetupError("npm run build failed; see above.");
  const demo = await startDemo();
  const server = await startServer(await ensureEmbeddedVsCode(), { env: { KUBECONFIG: demo.kubeconfig } });
  const folder = join(repoRoot, "examples");
  const openFile = join(folder, "live", "chat.yaml");
  const url = workbenchUrl(server, { workspace: folder, extensionPath, openFile });
  console.log(
    `\nVS Code beside a simulated fleet:\n\n  ${url}\n\nRun “vLLM: Open Live Metrics” and connect. Ctrl+C ends it all.`,
  );
  if (process.platform === "darwin" || process.env.DISPLAY || process.env.WAYLAND_DISPLAY)
    spawn(process.platform === "darwin" ? "open" : "xdg-open", [url], { stdio: "ignore" }).on("error", () =>
      console.log("Open the address above in a browser."),
    );
  return server.ended;
});
