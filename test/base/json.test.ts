import assert from "node:assert/strict";
import { pointerTo, readJson } from "../../src/base/json";

function placeOf(text: string, pointer: string, part: "key" | "value"): string {
  const place = readJson(text).places.get(pointer)?.[part];
  assert.ok(place, `no ${part} at ${pointer}`);
  return text.slice(place.start, place.end);
}

function errorOf(text: string): { at: string; reason: string; instead: string | undefined } {
  const { error } = readJson(text);
  assert.ok(error, `${text} should not be JSON`);
  return { at: text.slice(error.at.start, error.at.end), reason: error.reason, instead: error.instead };
}

describe("JSON with places", () => {
  it("reads what JSON.parse reads", () => {
    for (const text of [
      '{"a": [1, -2.5e3, null, true, "x\\n\\u00e9"], "b/c": {}}',
      "[]",
      '"x"',
      " 3 ",
      "{ }",
    ]) {
      assert.deepEqual(structuredClone(readJson(text).value), JSON.parse(text), text);
    }
  });

  it("knows where keys and values stand", () => {
    const text = '{"a": {"b/c": [1, "two"]}}';
    assert.equal(placeOf(text, "/a", "key"), '"a"');
    assert.equal(placeOf(text, pointerTo("/a", "b/c"), "key"), '"b/c"');
    assert.equal(placeOf(text, "/a/b~1c/1", "value"), '"two"');
    assert.equal(placeOf(text, "", "value"), text);
  });

  it("reads what Python and vLLM read beyond it", () => {
    assert.deepEqual(structuredClone(readJson('{"a": NaN, "b": 80m, "c": 16K, "d": -Infinity}').value), {
      a: NaN,
      b: 80e6,
      c: 16384,
      d: -Infinity,
    });
  });

  it("says what is wrong at the character", () => {
    assert.deepEqual(errorOf('{"a": True}'), { at: "True", reason: "JSON writes `true`", instead: "true" });
    assert.deepEqual(errorOf("{a: 1}"), { at: "a", reason: "a key needs double quotes", instead: '"a"' });
    assert.deepEqual(errorOf('{"a": 1,}'), {
      at: ",",
      reason: "JSON has no comma after the last item",
      instead: "",
    });
    assert.equal(errorOf('{"a": 1').reason, "the brace is never closed");
    assert.equal(errorOf('{"a": [1, 2').reason, "the bracket is never closed");
    assert.equal(errorOf('{"a" 1}').reason, "a colon is missing behind the key");
    assert.equal(errorOf('{"a": 1 "b": 2}').reason, "a comma is missing");
    assert.equal(errorOf('{"a": 1} x').reason, "the value has ended before this text");
    assert.equal(errorOf("{\"a\": 'b'}").reason, "JSON writes strings in double quotes");
    assert.equal(errorOf('{"a": b}').reason, "a string needs double quotes");
    assert.equal(errorOf('{"a": "b}').reason, "the quotation mark is never closed");
    assert.equal(errorOf('{"a": 012}').reason, "a number begins with no zero");
    assert.equal(errorOf("").reason, "it is empty");
  });

  it("ends on hostile depth", () => {
    assert.equal(errorOf("[".repeat(100_000)).reason, "it is nested too deeply");
  });

  it("agrees with JSON.parse on every cut of a text", () => {
    const text = '{"a": [1, {"b": "c\\"d"}], "e": -1.5}';
    for (let end = 0; end <= text.length; end++) {
      const cut = text.slice(0, end);
      let isJson = true;
      try {
        JSON.parse(cut);
      } catch {
        isJson = false;
      }
      assert.equal(readJson(cut).error === undefined, isJson, cut);
    }
  });
});
