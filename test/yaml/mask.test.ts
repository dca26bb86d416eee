import assert from "node:assert/strict";
import fc from "fast-check";
import { maskTemplates } from "../../src/yaml/mask";

describe("The template mask", () => {
  it("overwrites expressions and nothing else", () => {
    const { text } = maskTemplates("a: {{ x }}-b\n{{- if y }}\n  {{ z }} # c\nd: {{\n  long }} e\n");
    assert.equal(text, "a: _______-b\n#__________\n  _______ # c\nd: ____________ e\n");
  });

  it("treats an expression alone on its lines as a comment", () => {
    assert.equal(maskTemplates("  {{- a }}{{ b }}\n").text, "  #_______#______\n");
    assert.equal(maskTemplates("{{/*\n x\n*/}}\n").text, "#___\n#_\n#___\n");
  });

  it("leaves an expression that never closes", () => {
    assert.equal(maskTemplates("a: {{ x\nb: 1\n").text, "a: {{ x\nb: 1\n");
  });

  it("keeps the length of any text and every character outside", () => {
    const piece = fc.constantFrom("{{", "}}", "{", "}", " a ", "\n", "b: c", "#", "\r\n", "é😀");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.join("");
        const masked = maskTemplates(text);
        assert.equal(masked.text.length, text.length);
        for (let i = 0; i < text.length; i++) {
          const inside = masked.expressions.some((e) => e.start <= i && i < e.end);
          if (!inside) assert.equal(masked.text[i], text[i]);
        }
        assert.ok(!/\{\{[^]*?\}\}/.test(masked.text));
      }),
    );
  });
});
