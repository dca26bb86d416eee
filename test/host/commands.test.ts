import assert from "node:assert/strict";
import * as vscode from "vscode";
import { closeAll, finding, fixture, open, until } from "./editor";

const SHM = "storage/shm-missing";

describe("commands", () => {
  afterEach(closeAll);

  const tabLabels = (): string[] =>
    vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ label }) => label));

  it("are all there", async () => {
    await open("chat/server.yaml");
    await finding(fixture("chat/server.yaml"), SHM);
    const known = await vscode.commands.getCommands(true);
    const manifest = vscode.extensions.getExtension("vllm-k8s.vllm-k8s")?.packageJSON as {
      contributes: { commands: { command: string; title: string; category: string }[] };
    };
    for (const { command, title, category } of manifest.contributes.commands) {
      assert.ok(known.includes(command), command);
      assert.equal(category, "vLLM");
      assert.doesNotMatch(title, /%/, "the title is translated");
    }
  });

  it("show the breakdown of the server at the cursor, beside the manifest", async () => {
    const { document } = await open("chat/server.yaml");
    await finding(document.uri, SHM);
    await vscode.commands.executeCommand("vllmK8s.showBreakdown");
    await until("the panel", tabLabels, (labels) => labels.includes("vLLM memory: vllm"));
    await vscode.commands.executeCommand("vllmK8s.showBreakdown", document.uri.toString(), 0);
    assert.equal(tabLabels().filter((label) => label === "vLLM memory: vllm").length, 1);
  });

  it("explain a rule from the pages that the extension carries", async () => {
    await open("chat/server.yaml");
    await vscode.commands.executeCommand("vllmK8s.explainRule", SHM);
    await until("the page", tabLabels, (labels) => labels.some((label) => label.includes("shm-missing.md")));
  });

  it("copy what a bug report needs, without the person's paths", async () => {
    await open("chat/server.yaml");
    await finding(fixture("chat/server.yaml"), SHM);
    await vscode.env.clipboard.writeText("");
    await vscode.commands.executeCommand("vllmK8s.copyDebugInformation");
    const text = await until(
      "the clipboard",
      () => vscode.env.clipboard.readText(),
      (copied) => copied !== "",
    );
    assert.match(text, /^vLLM Kubernetes Tools \d/);
    assert.match(text, /Findings: .*storage\/shm-missing/);
    assert.doesNotMatch(text, /server\.yaml|file:\/\//);
  });
});
