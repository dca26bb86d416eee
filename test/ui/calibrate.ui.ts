import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "./wait";
import { problemsInThemes } from "./themes";
import { webview } from "./webview";
import { Workbench } from "./workbench";

const LOG = `2026-11-20T08:01:02Z (EngineCore_DP0 pid=91) INFO 11-20 08:01:02 [core.py:58] Initializing a V1 LLM engine (v0.11.0) with config: model='Qwen/Qwen2.5-7B-Instruct', tensor_parallel_size=2
(Worker_TP0 pid=120) INFO 11-20 08:02:10 [gpu_model_runner.py:2653] Model loading took 7.1565 GiB and 21.5 seconds
(Worker_TP0 pid=120) INFO 11-20 08:02:40 [gpu_worker.py:298] Available KV cache memory: 12.10 GiB
(EngineCore_DP0 pid=91) INFO 11-20 08:02:41 [kv_cache_utils.py:1087] GPU KV cache size: 453,088 tokens
(EngineCore_DP0 pid=91) INFO 11-20 08:02:41 [kv_cache_utils.py:1091] Maximum concurrency for 8,192 tokens per request: 55.31x
`;

describe("calibrate, in the editor", () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await Workbench.open({
      folder: join(__dirname, "..", "host", "workspace", "chat"),
      file: "server.yaml",
      settings: { "editor.minimap.enabled": false },
    });
  });

  after(() => workbench?.close());

  it("shows a log from the clipboard beside the plan", async () => {
    const { page } = workbench;
    await workbench.waitForCodeLens(/62\.7x 8k requests|8k requests/);
    await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(LOG)})`);
    await page.keyboard.press("F1");
    await page.locator(".quick-input-widget:visible input").first().fill(">vLLM: Calibrate");
    await page.locator(".quick-input-widget .monaco-list-row", { hasText: "Calibrate" }).first().click();
    await page.locator(".quick-input-widget .monaco-list-row", { hasText: "The clipboard" }).click();
    const frame = await webview(workbench, "tbody", /KV cache[^]*12\.1 GiB/);
    assert.deepEqual(await problemsInThemes(workbench, frame, "calibrate"), []);
  });

  it("keeps the difference, and plans with it from then on", async () => {
    const frame = await webview(workbench, "#keep");
    await frame.locator("#keep").click();
    await until(
      workbench.page,
      "the lens with the printed figure",
      () => workbench.codeLenses(),
      (lenses) => lenses.some((lens) => /55\.\dx 8k requests/.test(lens)),
    );
    const kept = readFileSync(join(workbench.folder, ".vllm-k8s.yaml"), "utf8");
    assert.match(kept, /calibrations:\n {2}Deployment\/-\/chat\/vllm:\n {4}vllm: "?0\.11\.0"?\n/);
  });
});
