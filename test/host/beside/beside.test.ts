import assert from "node:assert/strict";
import * as vscode from "vscode";
import { actionsAt, closeAll, finding, fixture, hoverTexts, inside, lensTitles, open, pause, ruleOf, type, until } from "../editor"; // prettier-ignore

/** `scripts/vscode/other-extensions.ts` installs them; the embedded VS Code brings no extension for YAML of its own. */
const FOR_YAML = ["other-yaml", "other-kubernetes"];
const FOR_HELM = ["other-helm", "other-kubernetes"];
const OWN_FILES = [".vllm-k8s.yaml"];
const SHM = "storage/shm-missing";

/** What stands in the Problems view, ours and theirs, each as one line. */
function findings(uri: vscode.Uri, ours: boolean): string[] {
  return vscode.languages
    .getDiagnostics(uri)
    .filter(({ source }) => (source === "vllm-k8s") === ours)
    .map((each) => `${ruleOf(each)} ${each.range.start.line}:${each.range.start.character} ${each.message}`);
}

function once(texts: readonly string[]): void {
  assert.equal(texts.length, new Set(texts).size, texts.join("\n===\n"));
}

async function completions(uri: vscode.Uri, at: vscode.Position): Promise<string[]> {
  const list = await vscode.commands.executeCommand<vscode.CompletionList>(
    "vscode.executeCompletionItemProvider",
    uri,
    at,
  );
  return list.items.map(({ label }) => (typeof label === "string" ? label : label.label));
}

describe("beside extensions that answer for the same languages", () => {
  let editor: vscode.TextEditor;
  const uri = (): vscode.Uri => editor.document.uri;

  beforeEach(async () => {
    editor = await open("chat/server.yaml");
    await finding(uri(), SHM);
  });
  afterEach(closeAll);

  it("they are there and active", async () => {
    const all = [...FOR_YAML, ...FOR_HELM].map((name) => `stand-in.${name}`);
    const active = (): (string | undefined)[] =>
      all.map((id) => (vscode.extensions.getExtension(id)?.isActive ? undefined : id));
    await until("the others are active", active, (idle) => idle.every((id) => id === undefined || id.endsWith("helm"))); // prettier-ignore
  });

  it("each hover comes once, ours whole", async () => {
    const texts = await hoverTexts(uri(), inside(editor.document, "--max-model-len"));
    for (const name of FOR_YAML)
      assert.equal(texts.filter((text) => text === `hover of ${name}`).length, 1, name);
    once(texts);
    assert.ok(texts.some((text) => text.includes("max-model-len")));
  });

  it("where we have nothing to say, theirs is all there is", async () => {
    const { document } = await open("quiet/web.yaml");
    const texts = await hoverTexts(document.uri, new vscode.Position(1, 3));
    assert.deepEqual(texts.sort(), FOR_YAML.map((name) => `hover of ${name}`).sort());
  });

  it("findings, lenses, symbols and actions stand beside theirs, each once", async () => {
    await until("their findings", () => findings(uri(), false), ({ length }) => length === 2); // prettier-ignore
    once([...findings(uri(), true), ...findings(uri(), false)]);
    assert.equal((await lensTitles(uri())).length, 1);
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      "vscode.executeCodeLensProvider",
      uri(),
      100,
    );
    const titles = lenses.map(({ command }) => command?.title ?? "");
    for (const name of FOR_YAML) assert.ok(titles.includes(`lens of ${name}`));
    const range = (await finding(uri(), SHM)).range;
    const actions = (await actionsAt(uri(), range)).map(({ title }) => title);
    for (const name of FOR_YAML) assert.ok(actions.includes(`action of ${name}`));
    once(actions);
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
      "vscode.executeDocumentSymbolProvider",
      uri(),
    );
    for (const name of FOR_YAML) assert.ok(symbols.some((symbol) => symbol.name === `symbol of ${name}`));
  });

  it("completion has ours and theirs, and no label of ours twice", async () => {
    const dash = editor.document.getText().indexOf("--max-model-len");
    const labels = await completions(uri(), editor.document.positionAt(dash + 2));
    for (const name of FOR_YAML) assert.ok(labels.includes(`completion-of-${name}`), name);
    const own = labels.filter((label) => label.startsWith("--"));
    assert.ok(own.length > 20, `${own.length}`);
    once(own);
  });

  it("formatting is theirs alone", async () => {
    const edits = await vscode.commands.executeCommand<vscode.TextEdit[]>(
      "vscode.executeFormatDocumentProvider",
      uri(),
      { tabSize: 2, insertSpaces: true },
    );
    assert.equal(edits.length, 1);
    assert.match(edits[0]?.newText ?? "", /^# formatted by other-/);
  });

  it("no schema, association, formatter or default of theirs is taken", () => {
    const own = vscode.extensions.getExtension("vllm-k8s.vllm-k8s")?.packageJSON as {
      contributes: { yamlValidation?: { fileMatch: string | string[] }[] };
    };
    for (const each of ["jsonValidation", "configurationDefaults", "languages"])
      assert.ok(!Object.hasOwn(own.contributes, each), each);
    // Our own file is the only one that we have a schema for.
    assert.deepEqual(own.contributes.yamlValidation?.map(({ fileMatch }) => fileMatch).flat(), OWN_FILES);
    for (const section of ["yaml", "files", "editor", "helm", "vs-kubernetes"])
      for (const name of ["schemas", "associations", "defaultFormatter", "validate"]) {
        const seen = vscode.workspace.getConfiguration(section, uri()).inspect(name);
        assert.equal(seen?.workspaceValue ?? seen?.globalValue ?? seen?.workspaceFolderValue, undefined);
      }
  });

  it("findings do not flicker while somebody types, whatever the others do", async () => {
    const before = findings(uri(), true).map((each) => each.replace(/\d+:\d+/, ""));
    const seen = new Set<number>();
    const listening = vscode.languages.onDidChangeDiagnostics(({ uris }) => {
      if (uris.some((each) => each.toString() === uri().toString())) seen.add(findings(uri(), true).length);
    });
    let theirs = 0;
    const counting = vscode.languages.onDidChangeDiagnostics(() => theirs++);
    for (let i = 0; i < 25; i++) {
      await type(editor, "x");
      await pause(20 * (i % 4));
    }
    await pause(600);
    listening.dispose();
    counting.dispose();
    assert.ok(theirs > 10, "the others did come and go");
    assert.deepEqual([...seen], [before.length]);
    assert.deepEqual(findings(uri(), true).map((each) => each.replace(/\d+:\d+/, "")), before); // prettier-ignore
  });

  it("a chart's template is shared with them in the same way", async () => {
    const folder = fixture("chart-beside");
    const write = (name: string, text: string): Thenable<void> =>
      vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder, name), new TextEncoder().encode(text));
    await write("Chart.yaml", "apiVersion: v2\nname: chat\nversion: 1.0.0\n");
    await write("templates/server.yaml", editor.document.getText().replace("name: chat", "name: {{ .Release.Name }}")); // prettier-ignore
    const { document } = await vscode.window.showTextDocument(
      vscode.Uri.joinPath(folder, "templates", "server.yaml"),
    );
    assert.equal(document.languageId, "helm");
    await finding(document.uri, "memory/gpu-memory-utilization-high");
    const texts = await hoverTexts(document.uri, inside(document, "--max-model-len"));
    for (const name of FOR_HELM) assert.equal(texts.filter((text) => text === `hover of ${name}`).length, 1);
    once(texts);
    await closeAll();
    await vscode.workspace.fs.delete(folder, { recursive: true });
  });
});
