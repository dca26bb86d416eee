import assert from "node:assert/strict";
import * as vscode from "vscode";
import { actionsAt, closeAll, finding, fixture, open } from "./editor";

const EXPR =
  "histogram_quantile(0.95, sum by (model_name) (rate(vllm:e2e_request_latency_seconds_bucket[5m])))";
const BOARD = JSON.stringify({ title: "vLLM", panels: [{ targets: [{ expr: EXPR, refId: "A" }] }] }, null, 2);

describe("Grafana dashboards in JSON", () => {
  const uri = (): vscode.Uri => fixture("boards/vllm-dashboard.json");

  beforeEach(() => vscode.workspace.fs.writeFile(uri(), new TextEncoder().encode(BOARD)));

  afterEach(async () => {
    await closeAll();
    await vscode.workspace.fs.delete(fixture("boards"), { recursive: true });
  });

  it("have findings on their queries once a manifest has started the extension, and fixes but no comments", async () => {
    await open("chat/server.yaml");
    await finding(fixture("chat/server.yaml"), "storage/shm-missing");
    await vscode.window.showTextDocument(uri());
    const found = await finding(uri(), "alerting/quantile-shape");
    const actions = await actionsAt(uri(), found.range, vscode.CodeActionKind.QuickFix.value);
    const titles = actions.map(({ title }) => title);
    assert.ok(
      titles.some((title) => title.startsWith("Explain")),
      titles.join(),
    );
    assert.ok(!titles.some((title) => title.startsWith("Disable")), titles.join());
  });
});
