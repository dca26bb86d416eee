import assert from "node:assert/strict";
import * as vscode from "vscode";
import { closeAll, finding, fixture, open, setting, until } from "./editor";

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

  it("copy what a bug report needs, and nothing of the person's own", async () => {
    await setting("models", { "acme/secret-model": "models/secret" });
    await setting("assume.gpu", "H100-80GB");
    try {
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
      assert.match(text, /Findings: .*storage\/shm-missing 1/);
      assert.match(text, /Server: Deployment, model named, 2 x L4.*vLLM 0\.11\.0/);
      assert.match(text, /"gpu":"H100-80GB"/);
      assert.match(text, /models: 1, calibrations: 0, live\.prometheusUrl not set/);
      assert.doesNotMatch(text, /server\.yaml|file:\/\/|secret|chat|--max-model-len/);
    } finally {
      await setting("models", undefined);
      await setting("assume.gpu", undefined);
    }
  });

  it("open a fresh copy of an example, with its findings", async () => {
    await vscode.commands.executeCommand("vllmK8s.openExamples", "broken/llama-70b.yaml");
    const editor = vscode.window.activeTextEditor;
    assert.ok(editor);
    assert.match(editor.document.uri.path, /\/examples\/broken\/llama-70b\.yaml$/);
    await finding(editor.document.uri, "memory/weights-exceed-gpu");
    const original = editor.document.getText();
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), "# mine\n"));
    await editor.document.save();
    await vscode.commands.executeCommand("vllmK8s.openExamples", "broken/llama-70b.yaml");
    await until(
      "the copy to be fresh",
      () => vscode.window.activeTextEditor?.document.getText() ?? "",
      (text) => text === original,
    );
  });

  it("named in the walkthrough exist", async () => {
    const extension = vscode.extensions.getExtension("vllm-k8s.vllm-k8s");
    const manifest = extension?.packageJSON as {
      contributes: { walkthroughs: { steps: { description: string; media: { svg: string } }[] }[] };
    };
    const steps = manifest.contributes.walkthroughs.flatMap((each) => each.steps);
    assert.ok(steps.length >= 4);
    const known = new Set(await vscode.commands.getCommands(true));
    for (const { description } of steps)
      for (const [, command = ""] of description.matchAll(/\(command:([\w.]+)/g))
        assert.ok(known.has(command), command);
  });
});
