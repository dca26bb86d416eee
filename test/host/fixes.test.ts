import assert from "node:assert/strict";
import * as vscode from "vscode";
import { actionsAt, closeAll, finding, fixture, open, setting, until, waitForRules } from "./editor";

const SHM = "storage/shm-missing";

describe("quick fixes", () => {
  afterEach(closeAll);

  async function actionsFor(
    rule: string,
  ): Promise<{ editor: vscode.TextEditor; actions: vscode.CodeAction[] }> {
    const editor = await open("chat/server.yaml");
    const { range } = await finding(editor.document.uri, rule);
    return {
      editor,
      actions: await actionsAt(editor.document.uri, range, vscode.CodeActionKind.QuickFix.value),
    };
  }

  it("offer the fix first and what else can be done with the rule after it", async () => {
    const { actions } = await actionsFor(SHM);
    const titles = actions.map(({ title }) => title);
    assert.match(titles[0] ?? "", /^Mount 2 GiB of memory at `\/dev\/shm`$/);
    assert.deepEqual(titles.slice(-4), [
      `Explain \`${SHM}\``,
      `Disable \`${SHM}\` on this line`,
      `Disable \`${SHM}\` in this file`,
      `Change severity of \`${SHM}\``,
    ]);
    assert.equal(actions[0]?.isPreferred, true);
  });

  it("do not prefer a fix that a person has to think about", async () => {
    const { actions } = await actionsFor("memory/gpu-memory-utilization-high");
    assert.ok(actions.length > 4);
    assert.ok(actions.every((action) => !action.isPreferred));
  });

  it("change only what they must, and the finding goes", async () => {
    const { editor, actions } = await actionsFor(SHM);
    const before = editor.document.getText();
    const edit = actions[0]?.edit;
    assert.ok(edit && (await vscode.workspace.applyEdit(edit)));
    await waitForRules(editor.document.uri, (rules) => !rules.includes(SHM), "the finding to go");
    const after = editor.document.getText();
    const added = after.split("\n").filter((line) => !before.split("\n").includes(line));
    assert.match(added.join("\n"), /mountPath: \/dev\/shm[\s\S]*medium: Memory/);
    assert.ok(
      before.split("\n").every((line) => after.includes(line)),
      "no line is lost",
    );
  });

  for (const [scope, directive] of [
    ["line", "vllm-k8s-ignore-next-line"],
    ["file", "vllm-k8s-ignore-file"],
  ] as const) {
    it(`disable a rule ${scope === "line" ? "on this line" : "in this file"} by a comment`, async () => {
      const { editor, actions } = await actionsFor(SHM);
      const edit = actions.find(({ title }) => title.startsWith("Disable") && title.includes(scope))?.edit;
      assert.ok(edit && (await vscode.workspace.applyEdit(edit)));
      await waitForRules(
        editor.document.uri,
        (rules) => rules.length > 0 && !rules.includes(SHM),
        "the finding to go",
      );
      const comment = editor.document
        .getText()
        .split("\n")
        .find((line) => line.includes("vllm-k8s-ignore"));
      assert.equal(comment?.trim(), `# ${directive} ${SHM} --`);
      assert.match(editor.document.getText(), /- --tensor-parallel-size=2\n/);
    });
  }

  it("put safe fixes, and no others, into fix on save", async () => {
    const uri = fixture("chat/server.yaml");
    const original = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
    await setting("codeActionsOnSave", { "source.fixAll.vllm-k8s": "explicit" }, "editor");
    try {
      const editor = await open("chat/server.yaml");
      await finding(uri, SHM);
      await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), "# saved\n"));
      await editor.document.save();
      const text = await until(
        "the fix on disk",
        () => read(uri),
        (saved) => saved.includes("/dev/shm"),
      );
      assert.match(text, /--gpu-memory-utilization=0\.98/);
    } finally {
      await setting("codeActionsOnSave", undefined, "editor");
      await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(original));
    }
  });

  it("apply all safe ones by command", async () => {
    const editor = await open("chat/server.yaml");
    await finding(editor.document.uri, SHM);
    await vscode.commands.executeCommand("vllmK8s.fixAllInFile");
    await waitForRules(editor.document.uri, (rules) => !rules.includes(SHM), "the finding to go");
    assert.match(editor.document.getText(), /--gpu-memory-utilization=0\.98/);
  });

  it("offer to fix all of one rule where there are several", async () => {
    const text = await read(fixture("chat/server.yaml"));
    const content = `${text}---\n${text.replaceAll("chat", "code")}`;
    const document = await vscode.workspace.openTextDocument({ language: "yaml", content });
    await vscode.window.showTextDocument(document);
    const { range } = await finding(document.uri, SHM);
    const actions = await actionsAt(document.uri, range, vscode.CodeActionKind.QuickFix.value);
    const all = actions.find(({ title }) => title === `Fix all \`${SHM}\` in this file`);
    assert.ok(all?.edit, "its edits are there once it is resolved");
    await vscode.workspace.applyEdit(all.edit);
    assert.equal(document.getText().split("mountPath: /dev/shm").length - 1, 2);
  });
});

async function read(uri: vscode.Uri): Promise<string> {
  return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
}
