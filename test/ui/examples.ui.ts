import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { picture } from "./screenshot";
import { readAll, until } from "./wait";
import { Workbench } from "./workbench";

const examples = join(__dirname, "..", "..", "examples");
const manifest = "broken/llama-70b.yaml";
const lines = readFileSync(join(examples, manifest), "utf8").split("\n");

/** One-based, of the first character of a text in the manifest. */
function placeOf(text: string): { line: number; column: number } {
  const line = lines.findIndex((each) => each.includes(text));
  assert.ok(line >= 0, `${manifest} has ${text}`);
  return { line: line + 1, column: (lines[line] ?? "").indexOf(text) + 1 };
}

/** The pictures of the README, each with what it must show. */
describe("the examples in the editor", () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await Workbench.open({
      folder: examples,
      file: manifest,
      viewport: { width: 1180, height: 760 },
      settings: { "editor.minimap.enabled": false, "workbench.activityBar.location": "hidden" },
    });
    await workbench.runCommand("View: Toggle Primary Side Bar Visibility");
  });

  after(() => workbench?.close());

  it("say above a server that its model does not fit", async () => {
    const { line } = placeOf("--model=");
    await workbench.goTo(line + 4);
    await workbench.waitForCodeLens(/Does\snot\sfit[^]*1\sx\sH100/);
    const severities = await until(
      workbench.page,
      "squiggles",
      () => workbench.squiggles(),
      (all) => all.includes("error") && all.includes("warning"),
    );
    assert.ok(severities.length >= 3);
  });

  it("show what is wrong in the Problems view", async () => {
    const problems = await workbench.problems((all) => all.length >= 4);
    const rules = problems.map(({ code }) => code);
    for (const rule of [
      "memory/weights-exceed-gpu",
      "scheduling/gpu-count-mismatch",
      "startup/liveness-kills-loading",
    ]) {
      assert.ok(rules.includes(rule), `${rule} in ${rules.join(", ")}`);
    }
    await picture(workbench, "findings");
    await workbench.runCommand("View: Toggle Panel Visibility");
  });

  it("show the memory of a GPU in a hover", async () => {
    const { line, column } = placeOf("--max-model-len 32k");
    const text = await workbench.hoverAt(line, column + 18, /vLLM memory per GPU/);
    assert.match(text, /Llama-3\.3-70B-Instruct/);
    const image = await readAll<boolean>(
      workbench.page,
      ".monaco-hover:not(.hidden) img[src^='data:image/svg+xml']",
      "e.complete && e.getBoundingClientRect().width > 100",
    );
    assert.deepEqual(image, [true]);
    await picture(workbench, "hover");
    await workbench.page.keyboard.press("Escape");
  });

  it("offer a fix inside a shell script", async () => {
    const { line, column } = placeOf("--tensor-parallel-size 4");
    const titles = await workbench.openQuickFixes(line, column + 23);
    assert.ok(titles.includes("Set `nvidia.com/gpu` to `4`"), titles.join("\n"));
    await picture(workbench, "quick-fix");
    await workbench.page.keyboard.press("Escape");
    await workbench.applyQuickFix(line, column + 23, "Set `nvidia.com/gpu` to `4`");
    assert.match(await workbench.saveAndRead(), /nvidia\.com\/gpu: 4/);
  });
});
