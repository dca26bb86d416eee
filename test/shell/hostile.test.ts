import assert from "node:assert/strict";
import fc from "fast-check";
import { lexCommands } from "../../src/shell/lexer";
import { Traced } from "../../src/shell/traced";
import { commands, source, show } from "./support";
import { cpuTime } from "../cpu-time";

const piece = fc.constantFrom(
  "vllm serve m", " ", "\n", "\\\n", "\r\n", "'", '"', "$X", "${X:-", "}", "$(", ")", "`", "{{ x }}", "{{- if y }}", "{{", "}}", "if ", "then ",
  "fi", "; ", " && ", " || ", "| ", "&", "A=1 ", "A=(", "A+=x", "\"${A[@]}\"", "<<EOF\n", "EOF\n", "<m>", "# c\n", "\\", "é", "\u{1f600}", "case ", " in ", "esac", "f() {",
); // prettier-ignore

describe("shell on hostile input", () => {
  it("never throws, and every word stands in the script", () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const script = pieces.join("");
        for (const command of commands(script, { X: "a b" })) {
          for (const word of command.words) {
            const { doc, span } = word.text.spotAt();
            assert.ok(span.start >= 0 && span.start <= span.end && span.end <= doc.text.length, show(word));
          }
          assert.ok(command.end.span.end <= script.length);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("places each character of a word that stands in the text as it is", () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z0-9=./-]{1,12}$/), { minLength: 1, maxLength: 8 }),
        (list) => {
          const script = `  ${list.join(" \\\n   ")}\n`;
          const [command] = commands(script);
          for (const word of command?.words ?? []) {
            const { span } = word.text.spotAt();
            assert.equal(script.slice(span.start, span.end), word.text.text);
          }
        },
      ),
    );
  });

  it("stays quick on nesting, doubling and length", () => {
    const scripts = [
      "(".repeat(50_000),
      "${A:-".repeat(20_000),
      "$(".repeat(20_000),
      "if x; then ".repeat(20_000),
    ];
    scripts.push(`A=x\n${'A="$A$A"\n'.repeat(60)}run $A`, `A="a b"\n${'A="$A $A"\n'.repeat(40)}run $A`);
    scripts.push(
      "vllm serve m \\\n".repeat(20_000),
      `A=(x)\n${'A=("${A[@]}" "${A[@]}")\n'.repeat(40)}run "\${A[@]}"`,
    );
    for (const script of scripts) {
      const start = cpuTime();
      commands(script);
      assert.ok(cpuTime() - start < 3000, script.slice(0, 20));
    }
  });

  it("has a fallback that reads words without structure", () => {
    const script = `set -e; exec vllm serve "my model" --x=$Y \\\n --z 'a b' # end\necho`;
    assert.deepEqual(
      lexCommands(Traced.whole(source(script))).map((command) => command.words.map(show)),
      [["set", "-e"], ["exec", "vllm", "serve", "my model", "--x=?", "--z", "a b"], ["echo"]],
    );
  });
});
