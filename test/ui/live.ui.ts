import assert from "node:assert/strict";
import { join } from "node:path";
import { startDemo, type Demo } from "../live/demo";
import { TOKEN } from "../live/world";
import { picture } from "./screenshot";
import { until } from "./wait";
import { accessibilityProblems, webview } from "./webview";
import { Workbench } from "./workbench";

const examples = join(__dirname, "..", "..", "examples");

/** The panel on the simulated fleet, in the real editor. */
describe("live metrics in the editor", () => {
  let demo: Demo;
  let workbench: Workbench;

  before(async () => {
    demo = await startDemo();
    workbench = await Workbench.open({
      folder: join(examples, "live"),
      file: "chat.yaml",
      viewport: { width: 1480, height: 1000 },
      env: { KUBECONFIG: demo.kubeconfig },
      settings: {
        "editor.minimap.enabled": false,
        "workbench.activityBar.location": "hidden",
        "vllmK8s.live.refreshSeconds": 1,
      },
    });
    await workbench.runCommand("View: Toggle Primary Side Bar Visibility");
  }).timeout(300_000);

  after(async () => {
    await workbench?.close();
    await demo?.stop();
  });

  it("ask before anything is read, and name the cluster", async () => {
    const seen = demo.world.api.seen.length;
    await workbench.waitForCodeLens(/L4/);
    await workbench.runCommand("vLLM: Open Live Metrics");
    const dialog = workbench.page.locator(".monaco-dialog-box");
    await dialog.waitFor();
    const text = await dialog.innerText();
    assert.match(text, /kube context “test”/);
    assert.match(text, /Cluster: lab \(127\.0\.0\.1:\d+\)/);
    assert.equal(demo.world.api.seen.length, seen);
    await dialog.getByText("Connect", { exact: true }).click();
  });

  it("show the fleet with the manifest's thresholds and what autoscaling asks for", async () => {
    const frame = await webview(workbench, ".sign", /Live/);
    await until(
      workbench.page,
      "numbers",
      () => frame.locator(".card .value").first().innerText(),
      (text) => /\d/.test(text),
    );
    const page = await frame.locator("main").innerText();
    for (const text of [
      "Waiting requests",
      "KV cache in use",
      "Time to first token",
      "Replicas",
      "CacheAlmostFull: 95 %",
      "max-num-seqs",
      "20 each, 60 in all",
    ])
      assert.ok(page.includes(text), text);
    const charts = await frame.evaluate<number>(`document.querySelectorAll(".chart canvas").length`);
    assert.ok(charts >= 10, `${charts} charts`);
    const label = await frame.locator(".chart").first().getAttribute("aria-label");
    assert.match(label ?? "", /^Waiting requests, last 15 minutes\. .*now \d/);
    assert.ok(!page.includes(TOKEN));
    assert.deepEqual(await accessibilityProblems(frame), []);
  });

  it("stand above the server and its trigger", async () => {
    await workbench.waitForCodeLens(/live: [\d.k]+\srunning/);
    await workbench.waitForCodeLens(/KV\spool\s\d+\s%\s(above|below)\splan/);
    await picture(workbench, "live");
  });

  it("can be read as tables, and split by pod", async () => {
    const frame = await webview(workbench, ".sign", /Live/);
    await frame.locator("#tables").click();
    await until(
      workbench.page,
      "tables",
      () => frame.locator(".tables table").count(),
      (count) => count >= 9,
    );
    await frame.locator("#tables").click();
    await frame.locator("#pods").selectOption("1");
    await until(
      workbench.page,
      "pods",
      () => frame.locator("main").innerText(),
      (text) => text.includes(demo.world.fleet.pods[0]?.name ?? "?"),
    );
    await frame.locator("#pods").selectOption("0");
  });

  it("copy a query that Prometheus understands", async () => {
    const frame = await webview(workbench, ".sign", /Live/);
    await frame.locator("#copy-kv").click();
    const read = (): Promise<string> => workbench.page.evaluate("navigator.clipboard.readText()");
    const query = await until(workbench.page, "the query", read, (text) => text.startsWith("max("));
    assert.match(query, /^max\(vllm:kv_cache_usage_perc\{namespace="chat",pod=~"vllm-chat-/);
  });

  it("ask nothing while they are paused, and go on", async () => {
    const frame = await webview(workbench, ".sign", /Live/);
    await frame.locator("#pause").click();
    await webview(workbench, ".sign", /Paused/);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const seen = demo.world.api.seen.length;
    await new Promise((resolve) => setTimeout(resolve, 2500));
    assert.equal(demo.world.api.seen.length, seen);
    await frame.locator("#pause").click();
    await webview(workbench, ".sign", /Live/);
  });

  it("keep the last numbers while the API server is away, and recover", async () => {
    const frame = await webview(workbench, ".sign", /Live/);
    demo.world.api.faults = [{ path: /./, kind: "503" }];
    await webview(workbench, ".sign", /not available[^]*old/);
    assert.match(await frame.locator(".card .value").nth(1).innerText(), /\d/);
    demo.world.api.faults = [];
    await frame.locator("#retry").click();
    await webview(workbench, ".sign", /Live/);
  });
});
