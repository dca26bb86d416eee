import assert from "node:assert/strict";
import fc from "fast-check";
import { asMap, type YamlNode } from "../../src/yaml/node";
import { parseFile } from "../../src/yaml/parse";
import { Syntax } from "../../src/yaml/syntax";

const MANIFEST = `apiVersion: apps/v1
kind: Deployment # of a server
metadata:
  name: 'qwen'
  labels: { app: qwen, tier: "gpu" }
spec:
  replicas: 2
  template:
    spec:
      containers:
        - name: vllm
          args: [serve, --port=8000, "--max-model-len", '8192']
          command:
            - sh
            - |
              vllm serve Qwen/Qwen3-8B \\
                --max-model-len 8192
              sleep 1
            - >-
              folded words
              over lines
          env: &env
            - name: A
              value: "1"
            - { name: B, value: 0x1F }
          envAgain: *env
`;

describe("An edit inside one scalar", () => {
  const cases: readonly (readonly [what: string, from: string, to: string, cheap: boolean])[] = [
    ["a digit of a number", "replicas: 2", "replicas: 24", true],
    ["a number that becomes a word", "replicas: 2", "replicas: two", true],
    ["a quoted number", "'8192'", "'16384'", true],
    ["a letter of a key", "replicas:", "replica:", true],
    ["a line of a script", "--max-model-len 8192", "--max-model-len 4096", true],
    ["a line of a folded text", "folded words", "folded wordings", true],
    ["an anchored list's value", 'value: "1"', 'value: "12"', true],
    ["a colon", "replicas: 2", "replicas: 2: 3", false],
    ["a line break in a script", "sleep 1", "sleep 1\n              sleep 2", false],
    ["a script's indentation", "              sleep 1", "               sleep 1", false],
    ["a block scalar's header", "- |", "- |-", false],
    ["a template expression", "replicas: 2", "replicas: {{ .Values.n }}", false],
    ["two scalars at once", "replicas: 2\n  template", "replica: 2\n  templates", false],
  ];
  for (const [what, from, to, cheap] of cases)
    it(`${cheap ? "keeps the tree" : "parses anew"}: ${what}`, () => {
      const after = MANIFEST.replace(from, () => to);
      assert.notEqual(after, MANIFEST);
      assert.equal(Syntax.of(MANIFEST)?.edited(MANIFEST, after) !== undefined, cheap);
      assert.deepEqual(treeAfter([MANIFEST, after]), treeAfter([after]));
    });

  it("gives the tree that parsing gives, whatever is typed, edit after edit", () => {
    const typed = fc.constantFrom(
      "1",
      "x",
      "-",
      "--a",
      " ",
      ": ",
      "#",
      " #",
      "'",
      '"',
      "\\",
      "\n",
      "{",
      "]",
      ",",
      "&a",
      "*env",
      "|",
      "{{",
      "é",
    );
    const edit = fc.record({
      at: fc.nat(MANIFEST.length),
      remove: fc.nat(2),
      text: fc.oneof(typed, fc.constantFrom("0", "z", "77")),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 12 }), (edits) => {
        const texts = [MANIFEST];
        for (const { at, remove, text } of edits) {
          const last = texts.at(-1) ?? "";
          texts.push(last.slice(0, at) + text + last.slice(at + remove));
        }
        assert.deepEqual(treeAfter(texts), treeAfter(texts.slice(-1)));
      }),
      { numRuns: 400 },
    );
  });

  it("gives the tree that parsing gives, over a long series of digits and letters", () => {
    const places = [...MANIFEST.matchAll(/[a-z0-9]+/g)].map(({ index }) => index);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...places), fc.constantFrom("0", "z", "77")), {
          minLength: 1,
          maxLength: 20,
        }),
        (edits) => {
          const texts = [MANIFEST];
          for (const [at, text] of edits) {
            const last = texts.at(-1) ?? "";
            texts.push(last.slice(0, at) + text + last.slice(at));
          }
          assert.deepEqual(treeAfter(texts), treeAfter(texts.slice(-1)));
        },
      ),
      { numRuns: 200 },
    );
  });
});

/** The tree after a series of texts, each read before the next comes. */
function treeAfter(texts: readonly string[]): unknown {
  let placed = parseFile("");
  let seen: unknown;
  for (const text of texts) {
    placed = parseFile(text, placed);
    seen = placed.map(({ source }) => [source.problems, described(source.root, new Set())]);
  }
  return seen;
}

function described(node: YamlNode | null, above: Set<YamlNode>): unknown {
  if (node === null || above.has(node)) return null;
  const within = new Set(above).add(node);
  if (node.kind === "scalar") {
    const { span, style, value, text } = node;
    const last = text.length;
    return {
      span,
      style,
      value,
      text,
      first: node.spanOf(0, 1),
      all: node.spanOf(0, last),
      end: node.spanOf(last, last),
    };
  }
  const members =
    asMap(node)?.entries.map(({ key, value }) => [described(key, within), described(value, within)]) ??
    (node.kind === "seq" ? node.items.map((item) => described(item, within)) : []);
  return { kind: node.kind, span: node.span, flow: node.flow, members };
}
