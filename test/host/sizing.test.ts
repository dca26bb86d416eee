import assert from "node:assert/strict";
import * as vscode from "vscode";
import { closeAll, finding, fixture, hoverTexts, inside, lensTitles, open, setting, until } from "./editor";

const isShown = (titles: string[]): boolean => titles.length === 1 && titles[0] !== "";

describe("sizing", () => {
  afterEach(closeAll);

  it("is a lens above the container, which opens the breakdown", async () => {
    const { document } = await open("chat/server.yaml");
    const lenses = await until(
      "a lens",
      () => vscode.commands.executeCommand<vscode.CodeLens[]>("vscode.executeCodeLensProvider", document.uri),
      (all) => all.length === 2,
    );
    const [lens, other] = lenses;
    assert.equal(document.lineAt(lens?.range.start.line ?? 0).text.trim(), "- name: vllm");
    assert.match(lens?.command?.title ?? "", /^2 x L4 · .*GiB weights · .*KV tokens · .*8k requests$/);
    assert.equal(lens?.command?.command, "vllmK8s.showBreakdown");
    assert.deepEqual(lens?.command?.arguments, [document.uri.toString(), 0]);
    assert.equal(other?.command?.command, "vllmK8s.whatIf");
    assert.deepEqual(other?.command?.arguments, [document.uri.toString(), 0]);
  });

  it("is a hover with a picture and a table on the model, the GPUs and memory flags", async () => {
    const { document } = await open("chat/server.yaml");
    for (const place of [
      "Qwen/Qwen2.5-7B",
      'nvidia.com/gpu: "2"',
      "--max-model-len",
      "--gpu-memory-utilization",
    ]) {
      const texts = await hoverTexts(
        document.uri,
        inside(document, place).translate(0, place.startsWith("nv") ? 14 : 0),
      );
      assert.equal(texts.length, 1, place);
      assert.match(
        texts[0] ?? "",
        /\*\*vLLM memory per GPU\*\* · `Qwen\/Qwen2\.5-7B-Instruct` on 2 x L4 · vLLM 0\.11\.0/,
      );
      assert.match(texts[0] ?? "", /!\[.*\]\(data:image\/svg\+xml;base64,/);
      assert.match(texts[0] ?? "", /\| Weights \|.*GiB/);
    }
  });

  it("is silent elsewhere", async () => {
    const { document } = await open("chat/server.yaml");
    assert.deepEqual(await hoverTexts(document.uri, inside(document, "replicas")), []);
    const other = await open("quiet/web.yaml");
    assert.deepEqual(await hoverTexts(other.document.uri, inside(other.document, "nginx")), []);
    assert.deepEqual(await lensTitles(other.document.uri), []);
  });

  it("reads the files beside the open one", async () => {
    const { document } = await open("variables/server.yaml");
    const titles = await until("a lens", () => lensTitles(document.uri), isShown);
    assert.match(titles[0] ?? "", /GiB weights/);
  });

  it("notices when a file beside the open one is changed in the editor", async () => {
    const { document } = await open("variables/server.yaml");
    await until(
      "a lens",
      () => lensTitles(document.uri),
      (titles) => /GiB weights/.test(titles[0] ?? ""),
    );
    const other = await open("variables/settings.yaml");
    const place = inside(other.document, "Qwen/Qwen2.5-7B-Instruct");
    await other.edit((edit) =>
      edit.replace(other.document.lineAt(place.line).range, "  MODEL: acme/unheard-of"),
    );
    const titles = await until(
      "another lens",
      () => lensTitles(document.uri),
      ([title]) => !/GiB weights/.test(title ?? ""),
    );
    assert.match(titles[0] ?? "", /acme\/unheard-of/);
  });

  it("has a switch for the lens", async () => {
    const { document } = await open("chat/server.yaml");
    await until("a lens", () => lensTitles(document.uri), isShown);
    await setting("lens.sizing", false);
    try {
      await until(
        "no lens",
        () => lensTitles(document.uri),
        (titles) => titles.length === 0,
      );
      await finding(document.uri, "storage/shm-missing");
    } finally {
      await setting("lens.sizing", undefined);
    }
    await until("the lens again", () => lensTitles(document.uri), isShown);
  });

  it("assumes the GPU of the settings where the manifest names none", async () => {
    const text = (await vscode.workspace.openTextDocument(fixture("chat/server.yaml"))).getText();
    const content = text.replace(/ *nodeSelector:\n.*\n/, "");
    const document = await vscode.workspace.openTextDocument({ language: "yaml", content });
    await vscode.window.showTextDocument(document);
    await until(
      "no GPU",
      () => lensTitles(document.uri),
      ([title]) => /unknown/.test(title ?? ""),
    );
    await setting("assume.gpu", "L4");
    try {
      await until(
        "the assumed GPU",
        () => lensTitles(document.uri),
        ([title]) => /^2 x L4/.test(title ?? ""),
      );
    } finally {
      await setting("assume.gpu", undefined);
    }
  });

  it("reads the config.json of a model of one's own", async () => {
    const { document } = await open("own-model/server.yaml");
    const titles = await until(
      "weights",
      () => lensTitles(document.uri),
      ([title]) => /GiB weights/.test(title ?? ""),
    );
    assert.match(titles[0] ?? "", /^2 x L4 · 7\.4\d of .* GiB weights/);
  });

  it("reads a config.json that the settings name", async () => {
    const text = (await vscode.workspace.openTextDocument(fixture("own-model/server.yaml"))).getText();
    await vscode.workspace.fs.writeFile(fixture("named.yaml"), new TextEncoder().encode(text));
    try {
      const { document } = await open("named.yaml");
      await until(
        "an unknown model",
        () => lensTitles(document.uri),
        ([title]) => /acme\/chat not known/.test(title ?? ""),
      );
      await setting("models", { "acme/chat": "own-model/chat/config.json" });
      await until(
        "weights",
        () => lensTitles(document.uri),
        ([title]) => /GiB weights/.test(title ?? ""),
      );
    } finally {
      await setting("models", undefined);
      await closeAll();
      await vscode.workspace.fs.delete(fixture("named.yaml"));
    }
  });
});
