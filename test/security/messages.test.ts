import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { liveMessage } from "../../src/live/view";
import { breakdownMessage } from "../../src/webview/breakdown-messages";
import { calibrateMessage } from "../../src/webview/calibrate-messages";
import { baseMessage } from "../../src/webview/messages";
import { whatIfMessage } from "../../src/webview/what-if-messages";

const source = join(__dirname, "..", "..", "src");
const filesIn = (folder: string): readonly { name: string; text: string }[] =>
  readdirSync(join(source, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => ({ name, text: readFileSync(join(source, folder, name), "utf8") }));

describe("messages between panels and their pages", () => {
  const readers = { baseMessage, breakdownMessage, calibrateMessage, whatIfMessage, liveMessage };

  it("of any shape are read or refused, never trusted", () => {
    const types = fc.constantFrom(
      "ready",
      "open",
      "jump",
      "filter",
      "preview",
      "keep",
      "__proto__",
      "toString",
    );
    const message = fc.oneof(
      fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true }),
      fc.record({
        type: types,
        url: fc.anything(),
        input: fc.anything(),
        row: fc.anything(),
        filter: fc.anything(),
      }),
      fc.record({
        type: types,
        path: fc.constant("/etc/passwd"),
        command: fc.constant("x"),
        query: fc.string(),
      }),
    );
    fc.assert(
      fc.property(message, (given) => {
        for (const read of Object.values(readers)) {
          const answer: unknown = read(given);
          if (answer === undefined) continue;
          const text = JSON.stringify(answer);
          assert.doesNotMatch(text, /passwd/);
          assert.ok(text.length < 30_000);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("with a text of a megabyte are refused", () => {
    const long = "x".repeat(1_000_000);
    assert.equal(baseMessage({ type: "open", url: long }), undefined);
    assert.equal(whatIfMessage({ type: "preview", row: long }), undefined);
    for (const input of [-1, 0.5, NaN, Infinity, "0", 2 ** 60])
      assert.equal(breakdownMessage({ type: "jump", input }), undefined);
  });

  it("are checked on both sides by every page there is", () => {
    for (const { name, text } of filesIn("webview/pages")) assert.match(text, /startPage[^]*isState/, name);
    for (const { name, text } of filesIn("hosts/vscode")) {
      if (name === "panel.ts") continue;
      assert.doesNotMatch(text, /onDidReceiveMessage|createWebviewPanel|registerWebviewViewProvider/, name);
      if (/new Panel\b|ServerPanelKind<[^]*=> *\(?\{|ServerPanelKind<\w+, \w+> = \{/.test(text))
        assert.match(text, /\bparse\b/, name);
    }
  });

  it("may run only the extension's own commands, from hovers", () => {
    let checked = 0;
    for (const { name, text } of filesIn("hosts")) {
      assert.doesNotMatch(text, /isTrusted = true|supportHtml = true/, name);
      // Markdown that may run commands is made in one place, which adds the one that opens our own settings.
      if (name.endsWith("settings-links.ts")) continue;
      assert.doesNotMatch(text, /\bisTrusted = |enabledCommands/, name);
      for (const [, commands] of text.matchAll(/markdownWith\([\w.]+, \[([^\]]*)\]/g)) {
        checked++;
        for (const command of commands?.split(",") ?? [])
          assert.match(command.trim(), /^(SHOW_BREAKDOWN|WHAT_IF)$/, name);
      }
    }
    assert.ok(checked > 0);
  });
});
