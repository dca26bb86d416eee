import assert from "node:assert/strict";
import { join } from "node:path";
import { startWorld, type World } from "../live/world";
import { until } from "./wait";
import { Workbench } from "./workbench";

/** A kubeconfig's plug-ins are programs: nothing of it is read before the folder is trusted. */
describe("live metrics in Restricted Mode", () => {
  let world: World;
  let workbench: Workbench;

  before(async () => {
    world = await startWorld();
    workbench = await Workbench.open({
      folder: join(__dirname, "..", "..", "examples", "live"),
      file: "chat.yaml",
      env: { KUBECONFIG: world.kubeconfig },
      settings: {
        "security.workspace.trust.enabled": true,
        "security.workspace.trust.startupPrompt": "never",
        "security.workspace.trust.emptyWindow": false,
      },
    });
  }).timeout(120_000);

  after(async () => {
    await workbench?.close();
    await world?.stop();
  });

  it("say calmly why they are off, once however often they are asked for, and connect to nothing", async () => {
    await workbench.waitForCodeLens(/L4/);
    const { page } = workbench;
    for (let i = 0; i < 3; i++) await workbench.runCommand("vLLM: Open Live Metrics");
    const ours = (texts: readonly string[]): readonly string[] =>
      texts.filter((text) => /live metrics/i.test(text));
    const said = await until(
      page,
      "the reason",
      () => workbench.notifications().then(ours),
      (texts) => texts.length > 0,
    );
    assert.deepEqual(said, [
      "Live metrics run programs of your kubeconfig. They are off until you trust this workspace.",
    ]);
    assert.equal(await page.locator(".monaco-dialog-box").count(), 0);
    assert.equal(world.api.seen.length, 0);
    assert.equal(await page.locator(".statusbar-item[id$='vllmK8s.live']").count(), 0);
  });
});
