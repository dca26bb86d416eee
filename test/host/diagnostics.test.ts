import assert from "node:assert/strict";
import * as vscode from "vscode";
import { closeAll, finding, fixture, inside, open, pause, rulesIn, until, waitForRules } from "./editor";

describe("findings", () => {
  afterEach(closeAll);

  it("stand on the exact characters, with a rule that links to its page, and what to do", async () => {
    const { document } = await open("chat/server.yaml");
    const diagnostic = await finding(document.uri, "storage/shm-missing");
    assert.equal(document.getText(diagnostic.range), "2");
    assert.equal(document.lineAt(diagnostic.range.start.line).text.trim(), "- --tensor-parallel-size=2");
    assert.equal(diagnostic.severity, vscode.DiagnosticSeverity.Error);
    assert.equal(diagnostic.source, "vllm-k8s");
    assert.ok(typeof diagnostic.code === "object");
    assert.equal(
      diagnostic.code.target.toString(true),
      'command:vllmK8s.explainRule?["storage/shm-missing"]',
    );
    assert.match(diagnostic.message, /`\/dev\/shm`.*\n.*emptyDir/);
  });

  it("name all that is wrong in a file", async () => {
    const { document } = await open("chat/server.yaml");
    const wanted = [
      "memory/gpu-memory-utilization-high",
      "startup/liveness-kills-loading",
      "storage/shm-missing",
    ];
    await waitForRules(document.uri, (rules) => wanted.every((rule) => rules.includes(rule)), wanted.join());
  });

  it("follow what is typed", async () => {
    const editor = await open("chat/server.yaml");
    const { uri } = editor.document;
    await finding(uri, "storage/shm-missing");
    const line = editor.document
      .getText()
      .split("\n")
      .findIndex((text) => text.includes("--tensor-parallel-size"));
    await editor.edit((edit) => edit.delete(editor.document.lineAt(line).rangeIncludingLineBreak));
    await waitForRules(uri, (rules) => !rules.includes("storage/shm-missing"), "the finding to go");
  });

  it("know the server in a folder beside their own, and follow an edit there", async () => {
    const scaler = await open("parts/scaling/chat.yaml");
    const blind = "autoscaling/blind-signal";
    await finding(scaler.document.uri, blind);
    const server = await open("parts/server/chat.yaml");
    await server.edit((edit) => edit.insert(inside(server.document, "chat"), "s"));
    await waitForRules(scaler.document.uri, (rules) => !rules.includes(blind), "no finding any more");
  });

  it("go with the file when it is closed", async () => {
    const uri = fixture("closing/server.yaml");
    await vscode.workspace.fs.copy(fixture("chat/server.yaml"), uri);
    // As a person opens it: what tests open by other means stays open for some minutes.
    await vscode.commands.executeCommand("vscode.open", uri);
    await finding(uri, "storage/shm-missing");
    await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
    await waitForRules(uri, (rules) => rules.length === 0, "no findings of a closed file");
  });

  it("do not appear in YAML that has no vLLM in it", async () => {
    const { document } = await open("quiet/web.yaml");
    await open("chat/server.yaml");
    await finding(fixture("chat/server.yaml"), "storage/shm-missing");
    await pause(500);
    assert.deepEqual(rulesIn(document.uri), []);
  });

  it("do not appear in a file that others than YAML extensions own", async () => {
    const text = (await vscode.workspace.openTextDocument(fixture("chat/server.yaml"))).getText();
    const document = await vscode.workspace.openTextDocument({ language: "plaintext", content: text });
    await pause(500);
    assert.deepEqual(rulesIn(document.uri), []);
  });

  it("appear in a file that was never saved", async () => {
    const text = (await vscode.workspace.openTextDocument(fixture("chat/server.yaml"))).getText();
    const document = await vscode.workspace.openTextDocument({ language: "yaml", content: text });
    await vscode.window.showTextDocument(document);
    await finding(document.uri, "storage/shm-missing");
  });

  it("leave a file with conflict markers alone", async () => {
    const { document } = await open("variables/conflict.yaml");
    await pause(500);
    assert.deepEqual(rulesIn(document.uri), []);
  });

  it("survive any text", async () => {
    const content = "vllm: {\n\t- }}}\n{{ if }}\n  args: [--model, *nothing, &a *a\n%TAG\n\u0000\ud800";
    const document = await vscode.workspace.openTextDocument({ language: "yaml", content });
    await vscode.window.showTextDocument(document);
    await until(
      "the editor to answer",
      () => vscode.commands.executeCommand("vscode.executeCodeLensProvider", document.uri),
      Array.isArray,
    );
  });
});
