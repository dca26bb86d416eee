import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { must, readAll, until } from "./wait";
import { installedVsix } from "./vsix";
import { Workbench } from "./workbench";

/** What the server of a window has started to run extensions in. */
function extensionHosts(server: number | undefined): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const parent = /^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
        const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
        return Number(parent) === server && command.includes("extensionHost");
      } catch {
        return false; // It has ended meanwhile.
      }
    });
}

describe("an extension host that is killed", () => {
  let workbench: Workbench;

  before(async function () {
    if (process.platform !== "linux") this.skip();
    // An editor that runs an extension under development does not start its host again.
    workbench = await Workbench.open({
      extensionsDir: await installedVsix(),
      folder: join(__dirname, "..", "host", "workspace", "chat"),
      file: "server.yaml",
      settings: { "editor.codeActionsOnSave": { "source.fixAll.vllm-k8s": "explicit" } },
    });
  });

  after(() => workbench?.close());

  const onDisk = (): string => readFileSync(join(workbench.folder, "server.yaml"), "utf8");

  function kill(): void {
    const hosts = extensionHosts(workbench.server);
    assert.ok(hosts.length > 0, "an extension host runs");
    for (const pid of hosts) process.kill(pid, "SIGKILL");
  }

  async function restarted(before: readonly number[]): Promise<void> {
    const hosts = (): Promise<number[]> => Promise.resolve(extensionHosts(workbench.server));
    await until(workbench.page, "another extension host", hosts, (now) =>
      now.some((pid) => !before.includes(pid)),
    );
  }

  it("while somebody types takes nothing that was typed, and all answers come back", async () => {
    const { page } = workbench;
    await workbench.waitForCodeLens(/2 x L4/);
    const saved = onDisk();
    const before = extensionHosts(workbench.server);
    await workbench.goTo(1, 3);
    await page.keyboard.type("typed ");
    kill();
    await page.keyboard.type("on ");
    await restarted(before);
    const first = (): Promise<string[]> =>
      readAll(
        page,
        ".view-line",
        "e.textContent.replaceAll(String.fromCharCode(160), String.fromCharCode(32))",
      );
    await until(page, "what was typed", first, (lines) => lines.some((line) => line.startsWith("# typed on "))); // prettier-ignore
    assert.equal(onDisk(), saved, "nothing was written");
    await workbench.waitForCodeLens(/2 x L4/);
    const problems = await workbench.problems((rows) => rows.length >= 3);
    assert.ok(problems.some(({ code }) => code.includes("liveness")), JSON.stringify(problems)); // prettier-ignore
  });

  it("in the middle of a fix on save leaves the file whole", async () => {
    const { page } = workbench;
    await workbench.runCommand("View: Focus First Editor Group");
    const before = extensionHosts(workbench.server);
    const saved = onDisk();
    await must(page, "save", () => page.keyboard.press("Control+S"));
    kill();
    await restarted(before);
    await workbench.waitForCodeLens(/2 x L4/);
    // The save was done, or given up: nothing is half written, and saving again writes what was typed.
    const typed = saved.replace("# A server", "# typed on A server");
    const lines = onDisk().split("\n");
    assert.ok(
      [saved, typed].some((text) => text.split("\n").every((line) => lines.includes(line))),
      onDisk(),
    );
    if (onDisk() === saved) assert.match(await workbench.saveAndRead(), /^# typed on A server/);
  });
});
