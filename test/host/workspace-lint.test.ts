import assert from "node:assert/strict";
import * as vscode from "vscode";
import { closeAll, fixture, open, ruleOf, rulesIn, setting, until, waitForRules } from "./editor";

const SHM = "storage/shm-missing";

interface Outcome {
  readonly files: number;
  readonly findings: number;
  readonly errors: number;
  readonly cancelled: boolean;
}

describe("the look at a whole workspace", () => {
  const server = (): vscode.Uri => fixture("chat/server.yaml");

  const lint = async (): Promise<Outcome> => {
    const outcome = await vscode.commands.executeCommand<Outcome>("vllmK8s.lintWorkspace");
    await vscode.commands.executeCommand("notifications.clearAll");
    return outcome;
  };

  beforeEach(closeAll);
  afterEach(closeAll);

  it("fills the Problems view with findings of files that nobody opened", async () => {
    const outcome = await lint();
    assert.equal(outcome.cancelled, false);
    assert.ok(outcome.files >= 7, `${outcome.files} files`);
    assert.ok(outcome.errors >= 1);
    assert.ok(rulesIn(server()).includes(SHM), rulesIn(server()).join());
    assert.deepEqual(rulesIn(fixture("plain.yaml")), []);
    assert.deepEqual(rulesIn(fixture("quiet/web.yaml")), []);
    const ours = vscode.languages
      .getDiagnostics()
      .flatMap(([, all]) =>
        all.filter(({ source, code }) => source === "vllm-k8s" && typeof code === "object"),
      );
    // Files that earlier tests left open speak for themselves and are not counted.
    assert.ok(ours.length >= outcome.findings, `${ours.length} of ${outcome.findings}`);
  });

  it("finds in a closed file what is found in the same file when it is open", async () => {
    await lint();
    const closed = rulesIn(server());
    await open("chat/server.yaml");
    const opened = await waitForRules(server(), (rules) => rules.includes(SHM), "the open file's findings");
    assert.deepEqual(opened, closed, "each finding once, the same ones");
  });

  it("leaves an open file to itself and comes back to it when it is closed", async () => {
    await lint();
    const { document } = await open("chat/server.yaml");
    await waitForRules(document.uri, (rules) => rules.includes(SHM), "the open file's findings");
    await closeAll();
    await until(
      "the closed file's findings",
      () => vscode.languages.getDiagnostics(server()),
      (all) => all.filter((each) => ruleOf(each) === SHM).length === 1,
    );
    assert.ok((await lint()).errors >= 1);
  });

  it("is a task that ends with 1 when there are errors", async () => {
    const [task] = await vscode.tasks.fetchTasks({ type: "vllm-k8s" });
    assert.ok(task);
    assert.equal(task.name, "lint workspace");
    const ended = new Promise<number | undefined>((resolve) => {
      const waiting = vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
        if (execution.task.name !== task.name) return;
        waiting.dispose();
        resolve(exitCode);
      });
    });
    await vscode.tasks.executeTask(task);
    assert.equal(await ended, 1);
    assert.ok(rulesIn(server()).includes(SHM));
  });

  it("is given up for a newer one, whose findings count", async () => {
    const [first, second] = await Promise.all([lint(), lint()]);
    assert.equal(first.cancelled, true);
    assert.equal(second.cancelled, false);
    assert.ok(first.files < second.files, `${first.files} of ${second.files} files`);
    assert.equal(rulesIn(server()).filter((rule) => rule === SHM).length, 1);
  });

  it("forgets what it found when a setting changes", async () => {
    await lint();
    const isOpen = (uri: vscode.Uri): boolean =>
      vscode.workspace.textDocuments.some((document) => document.uri.toString() === uri.toString());
    const [closed] = vscode.languages
      .getDiagnostics()
      .flatMap(([uri]) => (rulesIn(uri).some((rule) => rule.includes("/")) && !isOpen(uri) ? uri : []));
    assert.ok(closed, "a file that nobody opened has findings");
    const [rule = ""] = rulesIn(closed);
    await setting("rules", { [rule]: "off" });
    try {
      await waitForRules(closed, (rules) => rules.length === 0, "an empty Problems view");
      await lint();
      assert.ok(!rulesIn(closed).includes(rule));
    } finally {
      await setting("rules", undefined);
    }
  });
});
