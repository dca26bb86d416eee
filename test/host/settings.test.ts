import assert from "node:assert/strict";
import * as vscode from "vscode";
import {
  closeAll,
  finding,
  fixture,
  lensTitles,
  open,
  rulesIn,
  setting,
  until,
  waitForRules,
} from "./editor";

const SHM = "storage/shm-missing";

describe("settings", () => {
  afterEach(async () => {
    await setting("rules", undefined);
    await setting("enable", undefined);
    await closeAll();
  });

  it("switch a rule off and on without a reload", async () => {
    const { document } = await open("chat/server.yaml");
    await finding(document.uri, SHM);
    await setting("rules", { [SHM]: "off" });
    await waitForRules(
      document.uri,
      (rules) => rules.length > 0 && !rules.includes(SHM),
      "the rule to be off",
    );
    await setting("rules", { [SHM]: "hint" });
    const hint = await finding(document.uri, SHM);
    assert.equal(hint.severity, vscode.DiagnosticSeverity.Hint);
  });

  it("switch a group of rules off", async () => {
    const { document } = await open("chat/server.yaml");
    await finding(document.uri, SHM);
    await setting("rules", { storage: "off" });
    await waitForRules(
      document.uri,
      (rules) => !rules.some((rule) => rule.startsWith("storage/")),
      "the group to be off",
    );
  });

  it("switch everything off", async () => {
    const { document } = await open("chat/server.yaml");
    await finding(document.uri, SHM);
    await setting("enable", false);
    await waitForRules(document.uri, (rules) => rules.length === 0, "silence");
    assert.deepEqual(await lensTitles(document.uri), []);
  });

  it("come from the .vllm-k8s.yaml of the folder too, which wins", async () => {
    await setting("rules", { [SHM]: "warning" });
    const { document } = await open("shared-config/server.yaml");
    const diagnostic = await finding(document.uri, SHM);
    assert.equal(diagnostic.severity, vscode.DiagnosticSeverity.Hint);
    await waitForRules(
      document.uri,
      (rules) => !rules.some((rule) => rule.startsWith("memory/")),
      "the group to be off",
    );
  });

  it("are checked in the .vllm-k8s.yaml, at the exact place", async () => {
    await open("shared-config/server.yaml");
    const uri = fixture("shared-config/.vllm-k8s.yaml");
    const [problem] = await until(
      "a problem",
      () => vscode.languages.getDiagnostics(uri),
      (all) => all.length === 1,
    );
    assert.match(problem?.message ?? "", /Unknown setting `sizng`.*`sizing`/);
    assert.deepEqual([problem?.range.start.line, problem?.range.start.character], [4, 2]);
  });

  it("follow the .vllm-k8s.yaml when it is saved", async () => {
    const { document } = await open("shared-config/server.yaml");
    await finding(document.uri, SHM);
    const uri = fixture("shared-config/.vllm-k8s.yaml");
    const before = await vscode.workspace.fs.readFile(uri);
    try {
      const config = await vscode.window.showTextDocument(uri);
      const all = new vscode.Range(0, 0, config.document.lineCount, 0);
      await config.edit((edit) => edit.replace(all, `rules:\n  ${SHM}: off\n`));
      await until(
        "no problem",
        () => vscode.languages.getDiagnostics(uri),
        (problems) => problems.length === 0,
      );
      await config.document.save();
      await waitForRules(
        document.uri,
        (rules) => rules.length > 0 && !rules.includes(SHM),
        "the rule to be off",
      );
    } finally {
      await vscode.workspace.fs.writeFile(uri, before);
    }
  });

  it("of each rule that finds something are known to the settings editor", async () => {
    const { document } = await open("chat/server.yaml");
    await finding(document.uri, SHM);
    const manifest = vscode.extensions.getExtension("vllm-k8s.vllm-k8s")?.packageJSON as {
      contributes: {
        configuration: { properties: Record<string, { properties?: Record<string, unknown> }> };
      };
    };
    const known = manifest.contributes.configuration.properties["vllmK8s.rules"]?.properties ?? {};
    for (const rule of rulesIn(document.uri)) assert.ok(Object.hasOwn(known, rule), rule);
  });
});
