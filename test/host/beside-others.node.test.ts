import assert from "node:assert/strict";
import * as vscode from "vscode";
import { closeAll, finding, fixture, hoverTexts, inside, open, until } from "./editor";

/** Stand-ins under the ids of the extensions that people have beside this one; the harness installs them into the embedded VS Code. */
const OTHERS = [
  "redhat.vscode-yaml",
  "ms-kubernetes-tools.vscode-kubernetes-tools",
  "tim-koehler.helm-intellisense",
];

describe("beside other extensions", function () {
  before(function () {
    // A desktop VS Code has none of them.
    if (!vscode.extensions.getExtension(OTHERS[0] ?? "")) this.skip();
  });
  afterEach(closeAll);

  it("each hover, proposal and finding comes once", async () => {
    const { document } = await open("chat/server.yaml");
    await finding(document.uri, "storage/shm-missing");
    for (const id of OTHERS)
      await until(
        `${id} is active`,
        () => vscode.extensions.getExtension(id)?.isActive,
        (active) => active === true,
      );
    const position = inside(document, "--max-model-len");
    const hovers = await hoverTexts(document.uri, position);
    assert.equal(hovers.filter((text) => /vLLM memory per GPU/.test(text)).length, 1, hovers.join("\n===\n"));
    assert.equal(hovers.length, OTHERS.length + 1, hovers.join("\n===\n"));
    const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
      "vscode.executeCompletionItemProvider",
      document.uri,
      position,
    );
    const labels = items.map(({ label }) => (typeof label === "string" ? label : label.label));
    for (const id of OTHERS) {
      assert.equal(hovers.filter((text) => text === `hover of ${id}`).length, 1, id);
      assert.equal(labels.filter((label) => label === `completion of ${id}`).length, 1, id);
    }
    assert.equal(labels.filter((label) => label === "--max-model-len").length, 1);
    const findings = vscode.languages
      .getDiagnostics(document.uri)
      .map(({ range, message }) => `${range.start.line}:${range.start.character} ${message}`);
    assert.equal(findings.length, new Set(findings).size, findings.join("\n"));
    for (const id of OTHERS) assert.ok(findings.includes(`0:0 finding of ${id}`), findings.join("\n"));
  });

  it("a template that another extension makes Helm of has its findings", async () => {
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(fixture("chat/server.yaml")));
    const uri = fixture("chart/templates/server.yaml");
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
    try {
      const document = await vscode.workspace.openTextDocument(uri);
      assert.equal(document.languageId, "helm");
      await finding(uri, "memory/gpu-memory-utilization-high");
    } finally {
      await vscode.workspace.fs.delete(fixture("chart"), { recursive: true });
    }
  });

  it("no schema is claimed but for the file that is ours alone", () => {
    const own = vscode.extensions.getExtension("vllm-k8s.vllm-k8s")?.packageJSON as {
      contributes: { yamlValidation: { fileMatch: string }[]; jsonValidation?: unknown; languages?: unknown };
    };
    assert.deepEqual(
      own.contributes.yamlValidation.map(({ fileMatch }) => fileMatch),
      [".vllm-k8s.yaml"],
    );
    assert.equal(own.contributes.jsonValidation, undefined);
    assert.equal(own.contributes.languages, undefined);
  });
});
