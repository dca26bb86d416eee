import assert from "node:assert/strict";
import { join } from "node:path";
import { startDemo, type Demo } from "../live/demo";
import { TOKEN } from "../live/world";
import { LiveDesk, pause } from "./live-desk";
import { picture } from "./screenshot";
import { until } from "./wait";
import { problemsInThemes } from "./themes";
import { webview } from "./webview";
import { Workbench } from "./workbench";

const examples = join(__dirname, "..", "..", "examples");

/** The panel on the simulated fleet, in the real editor. */
describe("live metrics in the editor", () => {
  let demo: Demo;
  let workbench: Workbench;
  let desk: LiveDesk;

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
    desk = new LiveDesk(demo, workbench);
    await workbench.runCommand("View: Toggle Primary Side Bar Visibility");
  }).timeout(300_000);

  after(async () => {
    await workbench?.close();
    await demo?.stop();
  });

  it("ask before anything is read, and say of whom and what", async () => {
    const seen = demo.world.api.seen.length;
    await workbench.waitForCodeLens(/L4/);
    await workbench.runCommand("vLLM: Open Live Metrics");
    const text = await desk.dialog();
    assert.match(text, /kube context “test”/);
    assert.match(text, /Cluster: lab \(127\.0\.0\.1:\d+\)\s+User: dev\s+Namespace: chat/);
    assert.match(text, /Read, never changed: pods, services and the workload of this manifest/);
    assert.doesNotMatch(text, /production/);
    assert.equal(demo.world.api.seen.length, seen);
    await desk.answer("Connect");
  });

  it("show the fleet with the manifest's thresholds, its alerts and what autoscaling asks for", async () => {
    const frame = await desk.live();
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
      "GPU memory in use",
      "CacheAlmostFull: 95 %",
      "max-num-seqs",
      "20 each, 60 in all",
    ])
      assert.ok(page.includes(text), text);
    const charts = await frame.evaluate<number>(`document.querySelectorAll(".chart canvas").length`);
    assert.equal(charts, 11);
    const label = await frame.locator(".chart").first().getAttribute("aria-label");
    assert.match(label ?? "", /^Waiting requests, last 15 minutes\. .*now \d/);
    assert.ok(!page.includes(TOKEN));
    assert.deepEqual(await problemsInThemes(workbench, frame, "live"), []);
  });

  it("say when an alert of the manifest fires, in words and on its chart", async () => {
    const frame = await desk.live();
    const alerts = (): Promise<string> => frame.locator(".alerts").innerText();
    await until(workbench.page, "the alert", alerts, (text) => /SlowFirstToken\s+firing/.test(text));
    assert.match(await alerts(), /CacheAlmostFull\s+(pending|quiet)/);
    assert.match(await frame.locator(".card:has(#title-ttft) .legend").innerText(), /5 s, firing/);
  }).timeout(120_000);

  it("stand above the workload, its server and its trigger", async () => {
    const lens = await workbench.waitForCodeLens(/^live: /);
    assert.match(lens, /^live: [\d.k]+ running · [\d.k]+ waiting · KV [\d.]+ % · TTFT p95 [\d.]+ m?s$/);
    const server = await workbench.waitForCodeLens(/KV\spool/);
    assert.match(server, /^1 x L4[^]*What if[^]*KV\spool\s−\d+\s%:\scalibrate$/, "the plan stands first");
    await picture(workbench, "live");
    await workbench.page.locator(".editor-instance .view-line").first().click();
    await workbench.goTo(54);
    await workbench.waitForCodeLens(/^live: [\d.k]+ of 20 each, 60 in all · (asks for|keeps) \d/);
    await workbench.goTo(1);
  });

  it("put the measured cache beside the plan in a memory flag's hover", async () => {
    const text = await workbench.hoverAt(25, 16, /vLLM live/);
    assert.match(text, /vLLM live · [\d.]+ % of the KV cache in use/);
    assert.match(text, /Pool: 73,600 tokens by vllm:cache_config_info; plan [\d.k]+ to [\d.k]+/);
    await workbench.page.keyboard.press("Escape");
    await workbench.page.mouse.move(0, 0);
  });

  it("can be read as tables, and split by pod", async () => {
    const frame = await desk.live();
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
    const frame = await desk.live();
    await frame.locator("#copy-kv").click();
    const read = (): Promise<string> => workbench.page.evaluate("navigator.clipboard.readText()");
    const query = await until(workbench.page, "the query", read, (text) => text.startsWith("max("));
    assert.match(query, /^max\(vllm:kv_cache_usage_perc\{namespace="chat",pod=~"vllm-chat-/);
  });

  it("ask nothing while they are paused, and go on", async () => {
    const frame = await desk.live();
    await frame.locator("#pause").click();
    await webview(workbench, ".sign", /Paused/);
    await desk.isSilent();
    await frame.locator("#pause").click();
    await desk.live();
  });

  it("ask nothing while the panel is behind another tab", async () => {
    await desk.live();
    // Beside the panel's tab: a new file there comes in front of it.
    const tabs = workbench.page.locator(".editor-group-container").nth(1).locator(".tabs-container");
    const { width = 0 } = (await tabs.boundingBox()) ?? {};
    await tabs.dblclick({ position: { x: width - 20, y: 10 } });
    await workbench.page.locator(".tab.active", { hasText: "Untitled-1" }).waitFor();
    await desk.isSilent();
    const seen = demo.world.api.seen.length;
    await workbench.runCommand("View: Close Editor");
    await desk.live();
    assert.ok(demo.world.api.seen.length > seen);
  });

  it("keep the last numbers while the API server is away, and recover", async () => {
    const frame = await desk.live();
    demo.world.api.faults = [{ path: /./, kind: "503" }];
    await webview(workbench, ".sign", /not available[^]*old/);
    assert.match(await frame.locator(".card .value").nth(1).innerText(), /\d/);
    demo.world.api.faults = [];
    await frame.locator("#retry").click();
    await desk.live();
  });

  it("end by the status item, and need no second yes to the same context", async () => {
    assert.match(await workbench.page.locator(".statusbar-item[id$='vllmK8s.live']").innerText(), /test/);
    await desk.status("Disconnect");
    await webview(workbench, ".sign", /Not connected/);
    await desk.isSilent();
    assert.ok(!(await workbench.codeLenses()).some((lens) => lens.includes("live:")));
    await workbench.runCommand("vLLM: Open Live Metrics");
    await desk.live();
  });

  it("switch by the status item to another context, which is another question", async () => {
    await desk.status("Switch the context", "production");
    assert.match(await desk.dialog(), /“production”[^]*looks like a production cluster/);
    await desk.isSilent();
    await desk.answer("Cancel");
    await webview(workbench, ".sign", /Not connected/);
    await desk.isSilent();
    await workbench.runCommand("vLLM: Open Live Metrics");
    await desk.live();
  });

  it("ask again when the kubeconfig changes its context, and read nothing before", async () => {
    demo.world.writeKubeconfig({ context: "production" });
    assert.match(await desk.dialog(), /“production”/);
    await desk.isSilent();
    await desk.answer("Connect");
    await webview(workbench, ".facts", /context production/);
    await desk.live();
    demo.world.writeKubeconfig();
    await webview(workbench, ".facts", /context test/);
    assert.equal(await workbench.page.locator(".monaco-dialog-box").count(), 0);
  });

  it("say in the Problems view what is not as the manifest thinks, and once what could not be asked", async () => {
    const { api, cluster } = demo.world;
    const frame = await desk.live();
    await frame.locator("#disconnect").click();
    await webview(workbench, ".sign", /Not connected/);
    cluster.services = cluster.services.map((each) => ({
      ...each,
      labels: each.namespace === "chat" ? {} : (each.labels ?? {}),
    }));
    api.rules.set("dev", [
      { verbs: ["list"], resources: ["pods", "services"] },
      { verbs: ["get"], resources: ["services/proxy"] },
    ]);
    await workbench.runCommand("vLLM: Open Live Metrics");
    await desk.live();
    const found = await desk.online((all) =>
      ["selects no Service", "could not check"].every((part) =>
        all.some(({ message }) => message.includes(part)),
      ),
    );
    assert.deepEqual(
      found.flatMap(({ message }) => (message.includes("could not check") ? [message] : [])),
      [
        "Online rules: could not check everything in this cluster. Not allowed to get deployments in namespace chat.",
      ],
    );
    api.rules.clear();
  });

  it("say once and calmly when nothing can be asked at all, and take it back", async () => {
    const { api } = demo.world;
    await desk.status("Disconnect");
    await webview(workbench, ".sign", /Not connected/);
    await desk.online((all) => all.length === 0);
    api.faults = [{ path: /./, kind: "reset" }];
    await workbench.runCommand("vLLM: Open Live Metrics");
    await webview(workbench, ".sign", /broke off/);
    await pause(2500);
    const rows = await desk.online((all) => all.length > 0);
    assert.deepEqual(
      rows.map(({ severity, message }) => [severity, message]),
      [["info", "Online rules: could not check everything in this cluster. The connection broke off."]],
    );
    assert.ok(!(await workbench.notifications()).some((text) => /cluster|connection|broke/.test(text)));
    api.faults = [];
    await (await webview(workbench, "#retry")).locator("#retry").click();
    await desk.live();
    await desk.online((all) => !all.some(({ message }) => message.includes("could not check")));
  });

  it("take the measured pool into the plan as they take a log", async () => {
    const before = await workbench.waitForCodeLens(/^1 x L4/);
    await workbench.clickCodeLens(/calibrate/);
    const frame = await webview(workbench, "#keep");
    await frame.locator("#keep").click();
    const after = await workbench.waitForCodeLens(/^1 x L4(?![^]*calibrate)/);
    assert.notEqual(after, before);
  });
});
