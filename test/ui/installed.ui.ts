import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { name, publisher, version } from "../../package.json";
import { installedVsix } from "./vsix";
import { webview } from "./webview";
import { Workbench } from "./workbench";

describe("the .vsix, installed", () => {
  let workbench: Workbench;
  let extensionsDir: string;

  before(async () => {
    extensionsDir = await installedVsix();
    workbench = await Workbench.open({
      folder: join(__dirname, "..", "host", "workspace", "chat"),
      file: "server.yaml",
      extensionsDir,
    });
  });

  after(() => workbench?.close());

  it("is what the editor has, under its name and version", () => {
    const folders = readdirSync(extensionsDir).filter((each) => each.includes(name));
    assert.deepEqual(folders, [`${publisher}.${name}-${version}`]);
  });

  it("finds, shows its lens and opens its panel from what was packed", async () => {
    await workbench.waitForCodeLens(/2 x L4/);
    const problems = await workbench.problems((rows) => rows.length >= 3);
    assert.ok(problems.some(({ code }) => code.includes("liveness-kills-loading")));
    await workbench.runCommand("View: Focus First Editor Group");
    await workbench.clickCodeLens(/2 x L4/);
    await webview(workbench, "h2", /Time to ready/);
  });

  it("explains a model from the catalogue that was packed", async () => {
    await workbench.runCommand("View: Focus First Editor Group");
    assert.match(await workbench.hoverAt(20, 30, /GiB/), /Qwen2\.5-7B/);
  });
});
