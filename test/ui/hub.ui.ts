import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FakeHub, FILES } from "../hub/fake-hub";
import { patience, until } from "./wait";
import { Workbench } from "./workbench";

describe("a model that nobody knows, in the editor", () => {
  const folder = mkdtempSync(join(tmpdir(), "vllm-k8s-hub-"));
  let hub: FakeHub;
  let workbench: Workbench;

  before(async () => {
    hub = await FakeHub.start();
    hub.serve(FILES);
    cpSync(
      join(__dirname, "..", "host", "workspace", "own-model", "server.yaml"),
      join(folder, "server.yaml"),
    );
    workbench = await Workbench.open({
      folder,
      file: "server.yaml",
      settings: { "vllmK8s.hub.endpoint": hub.address },
    });
  });

  after(async () => {
    await workbench?.close();
    await hub?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("is read from the Hub only after the person has agreed", async () => {
    await workbench.waitForCodeLens(/acme\/chat not known: no memory plan/);
    await workbench.clickCodeLens(/Read its config from the Hub/);
    const dialog = workbench.page.locator(".monaco-dialog-box");
    await dialog.waitFor({ timeout: patience });
    assert.match(await dialog.innerText(), /Read the configuration of models from 127\.0\.0\.1/);
    assert.match(await dialog.innerText(), /learns the name acme\/chat/);
    assert.equal(hub.asked.length, 0);
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await dialog.waitFor({ state: "hidden", timeout: patience });
    assert.equal(hub.asked.length, 0);

    await workbench.clickCodeLens(/Read its config from the Hub/);
    await dialog.getByRole("button", { name: "Read", exact: true }).click();
    await workbench.waitForCodeLens(/^2 x L4 · 3 of .* GiB weights/);
    assert.ok(hub.asked.length > 0);
    const lenses = await until(
      workbench.page,
      "the proposal to go",
      () => workbench.codeLenses(),
      (all) => !all.some((lens) => /from the Hub/.test(lens)),
    );
    assert.equal(lenses.length, 1);
  });
});
