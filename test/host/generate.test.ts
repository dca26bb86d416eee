import assert from "node:assert/strict";
import * as vscode from "vscode";
import { actionsAt, closeAll, finding, fixture, inside, open, until } from "./editor";

const KUSTOMIZATION = "resources:\n- server.yaml\n";

describe("generating", () => {
  const folder = "generated";

  beforeEach(async () => {
    const server = await vscode.workspace.fs.readFile(fixture("chat/server.yaml"));
    await vscode.workspace.fs.writeFile(fixture(`${folder}/server.yaml`), server);
    await vscode.workspace.fs.writeFile(
      fixture(`${folder}/kustomization.yaml`),
      new TextEncoder().encode(KUSTOMIZATION),
    );
  });

  afterEach(async () => {
    await closeAll();
    await vscode.workspace.fs.delete(fixture(folder), { recursive: true });
  });

  const tabLabels = (): string[] =>
    vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ label }) => label));

  /** What a person sees of a file: its editor's text, else the disk's. */
  async function textOf(name: string): Promise<string> {
    try {
      return (await vscode.workspace.openTextDocument(fixture(`${folder}/${name}`))).getText();
    } catch {
      return "";
    }
  }

  it("is offered at a server when asked for, and not in other files", async () => {
    const { document } = await open(`${folder}/server.yaml`);
    await finding(document.uri, "storage/shm-missing");
    const at = inside(document, "image:");
    const actions = await actionsAt(document.uri, new vscode.Range(at, at), "refactor");
    const titles = actions.map(({ title }) => title);
    assert.ok(titles.includes("Generate autoscaler, alerts or monitor…"), titles.join());
    const other = await open("plain.yaml");
    assert.deepEqual(
      await actionsAt(other.document.uri, new vscode.Range(0, 0, 0, 0), "refactor.vllm-k8s"),
      [],
    );
  });

  it("shows the change to confirm, then writes files that the kustomization lists", async () => {
    const { document } = await open(`${folder}/server.yaml`);
    await finding(document.uri, "storage/shm-missing");
    const kinds = ["scaled-object", "prometheus-rule"];
    const done = vscode.commands.executeCommand("vllmK8s.generate", document.uri.toString(), 0, kinds);
    await until("the preview", tabLabels, (labels) =>
      labels.some((label) => label.startsWith("Generated for server.yaml")),
    );
    assert.equal(await textOf("chat-scaled-object.yaml"), "", "nothing is written before a word is said");
    assert.equal(await textOf("kustomization.yaml"), KUSTOMIZATION);
    await until(
      "the files",
      async () => {
        await vscode.commands.executeCommand("vllmK8s.applyChanges");
        return textOf("kustomization.yaml");
      },
      (text) => text !== KUSTOMIZATION,
    );
    await done;
    assert.ok(!tabLabels().some((label) => label.startsWith("Generated for")), "the preview is closed");
    assert.equal(
      await textOf("kustomization.yaml"),
      `${KUSTOMIZATION}- chat-scaled-object.yaml\n- chat-prometheus-rule.yaml\n`,
    );
    assert.match(await textOf("chat-scaled-object.yaml"), /kind: ScaledObject[^]*name: chat\n/);
    assert.match(await textOf("chat-prometheus-rule.yaml"), /kind: PrometheusRule/);
    assert.doesNotMatch(await textOf("server.yaml"), /replicas:/);
    const uri = fixture(`${folder}/chat-scaled-object.yaml`).toString();
    await until(
      "the new file in front",
      () => vscode.window.activeTextEditor?.document.uri.toString(),
      (active) => active === uri,
    );
  });
});
