import assert from "node:assert/strict";
import * as vscode from "vscode";
import { closeAll, fixture, rulesIn, until } from "./editor";

describe("creating a server", () => {
  const folder = "created";

  afterEach(async () => {
    await vscode.commands.executeCommand("workbench.action.closeQuickOpen");
    await closeAll();
    await vscode.workspace.fs.delete(fixture(folder), { recursive: true });
  });

  const tabLabels = (): string[] =>
    vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ label }) => label));

  const hasPreview = (labels: readonly string[]): boolean =>
    labels.some((label) => label.startsWith("New: "));

  async function names(): Promise<readonly string[]> {
    const [made] = await vscode.workspace.fs.readDirectory(fixture(folder));
    if (!made) return [];
    const files = await vscode.workspace.fs.readDirectory(fixture(`${folder}/${made[0]}`));
    return files.map(([name]) => `${made[0]}/${name}`);
  }

  it("asks, shows the files, and writes them only when told to; they have no finding", async () => {
    await vscode.workspace.fs.createDirectory(fixture(folder));
    const done = vscode.commands.executeCommand("vllmK8s.create", fixture(folder));
    // Each step takes its proposal: the model that is served most, the first cloud, "what do I need", the usual load.
    await until(
      "the preview",
      async () => {
        await vscode.commands.executeCommand("workbench.action.acceptSelectedQuickOpenItem");
        return tabLabels();
      },
      hasPreview,
    );
    assert.deepEqual(await names(), [], "nothing is written before a word is said");
    const written = await until(
      "the files",
      async () => {
        await vscode.commands.executeCommand("vllmK8s.applyChanges");
        return names();
      },
      (all) => all.length === 8,
    );
    await done;
    assert.ok(!hasPreview(tabLabels()), "the preview is closed");
    const deployment = written.find((name) => name.endsWith("/deployment.yaml")) ?? "";
    await until(
      "the Deployment in front",
      () => vscode.window.visibleTextEditors.map(({ document }) => document.uri.path),
      (paths) => paths.some((path) => path.endsWith(deployment)),
    );
    await until(
      "the memory above the server",
      async () =>
        (
          await vscode.commands.executeCommand<vscode.CodeLens[]>(
            "vscode.executeCodeLensProvider",
            fixture(`${folder}/${deployment}`),
            10,
          )
        ).map(({ command }) => command?.title ?? ""),
      (titles) => titles.some((title) => title.includes("GiB weights")),
    );
    for (const name of written) assert.deepEqual(rulesIn(fixture(`${folder}/${name}`)), [], name);
  });
});
