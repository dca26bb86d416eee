import assert from "node:assert/strict";
import fc from "fast-check";
import { amountAt, compareQuantities, parseQuantity, quantityValue } from "../../src/kubernetes/quantity";
import { parseFile } from "../../src/yaml/parse";

function valueOf(text: string): number | undefined {
  const quantity = parseQuantity(text);
  return quantity && quantityValue(quantity);
}

describe("quantities", () => {
  for (const [text, value] of [
    ["1", 1],
    ["0.5", 0.5],
    [".5", 0.5],
    ["5.", 5],
    ["1500m", 1.5],
    ["200Gi", 200 * 2 ** 30],
    ["1.5Gi", 1.5 * 2 ** 30],
    ["10G", 1e10],
    ["64k", 64_000],
    ["1e3", 1000],
    ["1E3", 1000],
    ["1E", 1e18],
    ["12e-1", 1.2],
    ["-3", -3],
    ["+3", 3],
    ["250u", 0.00025],
    ["7Ei", 7 * 2 ** 60],
  ] as const) {
    it(`reads ${text}`, () => assert.equal(valueOf(text), value));
  }

  for (const text of [
    "",
    "Gi",
    ".",
    "1 Gi",
    "1gi",
    "1KI",
    "1K",
    "10GB",
    "ten",
    "1e",
    "1.2.3",
    "0x10",
    "1e999999999",
    "NaN",
    "9".repeat(60),
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.equal(parseQuantity(text), undefined));
  }

  it("keeps bytes that floating point would lose", () => {
    const one = parseQuantity("9007199254740993");
    const other = parseQuantity("9007199254740992");
    assert.ok(one && other);
    assert.equal(compareQuantities(one, other), 1);
  });

  it("rounds what is finer than a billionth away from zero", () => {
    assert.equal(parseQuantity("0.0000000001")?.nano, 1n);
    assert.equal(parseQuantity("-0.0000000001")?.nano, -1n);
  });

  it("compares by value, however the number is written", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), (n) => {
        const forms = [`${n}Ki`, `${n * 1024}`, `${n * 1024}000m`, `${n * 1024}e0`].map(parseQuantity);
        assert.equal(new Set(forms.map((form) => form?.nano)).size, 1);
      }),
    );
  });

  it("orders as its numbers do", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        (a, b) => {
          const [x, y] = [parseQuantity(a.toFixed(6)), parseQuantity(b.toFixed(6))];
          assert.ok(x && y);
          assert.equal(compareQuantities(x, y), Math.sign(Number(a.toFixed(6)) - Number(b.toFixed(6))) + 0);
        },
      ),
    );
  });

  it("takes any text without throwing", () => {
    fc.assert(fc.property(fc.string(), (text) => void parseQuantity(text)));
    fc.assert(
      fc.property(
        fc.stringMatching(/^[+-]?[0-9.]{0,50}([eE][+-]?[0-9]{0,12}|[KMGTPEi]{0,2})$/),
        (text) => void parseQuantity(text),
      ),
    );
  });

  it("reads scalars, quoted or not, and nothing else", () => {
    const root = parseFile('a: 2\nb: "4Gi"\nc: {{ .x }}Gi\nd: [1]\ne:\nf: 0x10\n')[0]?.source.root;
    assert.deepEqual(
      ["a", "b", "c", "d", "e", "f", "g"].map((key) => amountAt(root, key)),
      [2, 4 * 2 ** 30, undefined, undefined, undefined, 16, undefined],
    );
  });
});
