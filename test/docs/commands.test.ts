import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import manifest from "../../package.json";
import { repoRoot } from "../../scripts/vscode/paths";
import { Cli } from "../cli/run-cli";

const PAGES = [
  "README.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  ...readdirSync(join(repoRoot, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

const texts = PAGES.map((page) => ({ page, text: readFileSync(join(repoRoot, page), "utf8") }));

describe("commands in the documentation", () => {
  const cli = new Cli();
  after(() => cli.clean());

  it("of vllm-k8s exist, with their options", () => {
    const helps = new Map<string, string>();
    let checked = 0;
    for (const { page, text } of texts)
      for (const [line, command = "", rest = ""] of text.matchAll(
        /(?<=`|^|npx )vllm-k8s ([a-z]+)\b([^`\n#]*)/gm,
      )) {
        if (!helps.has(command)) helps.set(command, cli.run([command, "--help"]).out);
        const help = helps.get(command) ?? "";
        assert.match(help, new RegExp(`Usage: vllm-k8s ${command}\\b`), `${page}: ${line}`);
        for (const [option] of rest.matchAll(/--[a-z-]+/g)) {
          assert.ok(help.includes(option), `${page}: ${line}: ${option}`);
          checked++;
        }
      }
    assert.ok(checked > 8, `${checked} options`);
  });

  it("of npm exist", () => {
    const scripts = Object.keys(manifest.scripts);
    for (const { page, text } of texts)
      for (const [line, script = ""] of text.matchAll(/npm run ([\w:-]+)/g))
        assert.ok(scripts.includes(script), `${page}: ${line}`);
  });

  it("of the editor exist", () => {
    const named = JSON.parse(readFileSync(join(repoRoot, "package.nls.json"), "utf8")) as Record<
      string,
      string
    >;
    const titles = new Set(Object.values(named));
    for (const { page, text } of texts)
      for (const [, title = ""] of text.matchAll(/[*_`]vLLM: ([^*_`\n]+?)[*_`]/g))
        assert.ok(titles.has(title), `${page}: vLLM: ${title}`);
  });
});
