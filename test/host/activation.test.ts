import assert from "node:assert/strict";
import * as vscode from "vscode";

describe("activation", () => {
  it("happens when a YAML file is opened", async () => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder, "the suite runs on a workspace folder");
    const document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder.uri, "plain.yaml"));
    assert.equal(document.languageId, "yaml");
    const extension = vscode.extensions.getExtension("vllm-k8s.vllm-k8s");
    assert.ok(extension, "the extension is known");
    await waitUntil(() => extension.isActive, "the extension is active");
  });
});

async function waitUntil(condition: () => boolean, what: string): Promise<void> {
  const end = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > end) assert.fail(`waited 10 s, but not: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
