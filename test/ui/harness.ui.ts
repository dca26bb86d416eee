import assert from "node:assert/strict";
import { join } from "node:path";
import { Workbench } from "./workbench";

describe("the workbench", () => {
  let workbench: Workbench;

  before(async () => {
    const folder = join(__dirname, "..", "host", "workspace");
    workbench = await Workbench.open({ folder, file: "plain.yaml" });
  });

  after(() => workbench?.close());

  it("activates the extension on a YAML file", async () => {
    await workbench.waitForExtension("vllm-k8s.vllm-k8s");
  });

  it("saves what is typed", async () => {
    await workbench.openFile("plain.yaml");
    await workbench.goTo(7, 13);
    await workbench.page.keyboard.type("big ");
    assert.match(await workbench.saveAndRead(), /greeting: big hello/);
  });
});
