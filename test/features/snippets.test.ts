import assert from "node:assert/strict";
import snippets from "../../snippets/vllm.json";
import manifest from "../../package.json";
import { Snippet } from "../../src/features/completion/snippet";
import type { Service } from "../../src/service";
import { serviceWith as serviceOf } from "../service";

const PATH = "/w/vllm.yaml";

const serviceWith = (text: string): Service => serviceOf({ [PATH]: text });

function findings(text: string): readonly string[] {
  return serviceWith(text)
    .diagnostics(PATH)
    .map(({ rule, range, message }) => `${rule} at ${range.start.line + 1}: ${message}`);
}

/** Every choice of every place, one at a time. */
function* expansions(snippet: Snippet): Generator<{ readonly what: string; readonly text: string }> {
  yield { what: "as it is", text: snippet.expand() };
  for (const { number, choices } of snippet.slots) {
    for (const choice of choices.slice(1))
      yield { what: `$${number} = ${choice}`, text: snippet.expand({ [number]: choice }) };
  }
}

/** How many vLLM servers each snippet has; the others have none. */
const SERVERS: Readonly<Record<string, number>> = {
  "vllm-single-gpu": 1,
  "vllm-tensor-parallel": 1,
  "vllm-multi-node": 2,
  "vllm-prefill-decode": 2,
  "vllm-kserve": 1,
  "vllm-production-stack": 1,
  "vllm-spot": 2,
};

describe("Snippets", () => {
  for (const [title, { prefix, body }] of Object.entries(snippets)) {
    const snippet = new Snippet(body);
    describe(title, () => {
      it("has no finding with any choice", () => {
        for (const { what, text } of expansions(snippet)) assert.deepEqual(findings(text), [], what);
      });

      // A chart adds flags of its own to those in its values, so its servers are recognised and not sized.
      it("has the servers it promises, and each fits", () => {
        for (const { what, text } of expansions(snippet)) {
          const sizes = serviceWith(text).sizes(PATH);
          assert.equal(sizes.length, SERVERS[prefix] ?? 0, what);
          const promised = prefix === "vllm-production-stack" ? "unknown" : "yes";
          for (const { fits } of sizes) assert.equal(fits, promised, what);
        }
      });

      it("gives every place a default", () => {
        assert.ok(snippet.slots.every(({ choices }) => choices.length > 0));
        assert.doesNotMatch(snippet.expand(), /\$\{?\d/);
      });
    });
  }

  it("are offered in the languages of manifests, with prefixes of their own", () => {
    assert.deepEqual(
      manifest.contributes.snippets.map(({ language, path }) => [language, path]),
      [
        ["yaml", "./snippets/vllm.json"],
        ["helm", "./snippets/vllm.json"],
      ],
    );
    const prefixes = Object.values(snippets).map(({ prefix }) => prefix);
    assert.equal(new Set(prefixes).size, prefixes.length);
  });

  it("read escapes and choices as the editor does", () => {
    const snippet = new Snippet(["a: ${2|x,y\\,z|} $1 ${1:d\\}e} \\$HOME \\\\"]);
    assert.equal(snippet.expand(), "a: x d}e d}e $HOME \\\n");
    assert.equal(snippet.expand({ 2: "y,z" }), "a: y,z d}e d}e $HOME \\\n");
    assert.deepEqual(snippet.slots, [
      { number: 1, choices: ["d}e"] },
      { number: 2, choices: ["x", "y,z"] },
    ]);
  });
});
