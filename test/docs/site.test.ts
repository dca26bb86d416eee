import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join, posix, resolve } from "node:path";
import { flagCatalogue } from "../../src/data/flags";
import { RULES } from "../../src/rules/index";
import { docsUrl } from "../../src/rules/docs";
import { toHtml } from "../../scripts/docs/markdown";
import { makeSite } from "../../scripts/docs/site";

const root = resolve(__dirname, "../..");

describe("the documentation's site", () => {
  const { files } = makeSite(root);
  const pages = [...files].flatMap(([name, text]) =>
    name.endsWith(".html") ? [[name, String(text)] as const] : [],
  );
  const idsOf = (name: string): readonly string[] =>
    [...String(files.get(name)).matchAll(/ id="([^"]+)"/g)].map(([, id]) => id ?? "");

  it("has a page for every rule, and every option", () => {
    for (const { id } of RULES) assert.ok(files.has(`rules/${id}.html`), id);
    const options = String(files.get("reference/options.html"));
    for (const { flag } of flagCatalogue.flags) assert.ok(options.includes(`<code>${flag}</code>`), flag);
  });

  it("leads nowhere that is not there", () => {
    const repository = docsUrl("").replace(/docs\/rules\/.*$/, "");
    const dead: string[] = [];
    for (const [name, text] of pages) {
      for (const [, target = ""] of text.matchAll(/ (?:href|src)="([^"]*)"/g)) {
        const [path = "", anchor] = target.split("#");
        if (target.startsWith(repository)) {
          if (!existsSync(join(root, path.slice(repository.length)))) dead.push(`${name}: ${target}`);
          continue;
        }
        if (/^[a-z]+:/.test(target)) continue;
        const file = path === "" ? name : posix.join(posix.dirname(name), path);
        if (!files.has(file) || (anchor && !idsOf(file).includes(anchor))) dead.push(`${name}: ${target}`);
      }
    }
    assert.deepEqual(dead, []);
  });

  it("has sizes that the engine computed", () => {
    const rows = [...String(files.get("reference/models.html")).matchAll(/<tr><td>(.*?)<\/tr>/g)].map(
      ([, row]) => row ?? "",
    );
    assert.ok(rows.length > 20, `${rows.length}`);
    // vLLM refuses a longer context than the model's own.
    assert.ok(rows.every((row) => !row.includes("facebook/opt-125m")));
    assert.ok(rows.filter((row) => /<td>1: \d/.test(row)).length > 10);
  });

  it("shows text as text", () => {
    const html = toHtml(
      "# A <b> & `<i>`\n\n- [x `<y>`](z.md) **bold**\n\n| a \\| b |\n|---|\n| <script> |\n",
      (to) => to,
    );
    assert.equal(
      html,
      '<h1 id="a-b--i">A &lt;b&gt; &amp; <code>&lt;i&gt;</code></h1>\n' +
        '<ul><li><a href="z.md">x <code>&lt;y&gt;</code></a> <strong>bold</strong></li></ul>\n' +
        "<table><thead><tr><th>a | b</th></tr></thead><tbody><tr><td>&lt;script&gt;</td></tr></tbody></table>",
    );
  });
});
