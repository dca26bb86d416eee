import assert from "node:assert/strict";
import fc from "fast-check";
import { parse as referenceParse } from "yaml";
import { asMap, asScalar, at, type YamlNode, type YamlScalar } from "../../src/yaml/node";
import { parseDocument, parseFile } from "../../src/yaml/parse";

function scalar(text: string, ...path: string[]): YamlScalar {
  const node = asScalar(at(parseDocument(text).root, ...path));
  assert.ok(node, `no scalar at ${path.join(".")}`);
  return node;
}

function source(node: YamlScalar, from: number, to: number): string {
  const { start, end } = node.spanOf(from, to);
  return node.doc.text.slice(start, end);
}

/** Everything reachable, each node once. */
export function everyNode(root: YamlNode | null): readonly YamlNode[] {
  const seen = new Set<YamlNode>();
  const pending: (YamlNode | null)[] = [root];
  while (pending.length > 0) {
    const node = pending.pop();
    if (!node || seen.has(node)) continue;
    seen.add(node);
    if (node.kind === "map") for (const { key, value } of node.entries) pending.push(key, value);
    if (node.kind === "seq") pending.push(...node.items);
  }
  return [...seen];
}

describe("YAML documents", () => {
  it("are cut at --- markers, with their offsets", () => {
    const text = "a: 1\n---\nb: 2\n--- # c\nc: |\n  ---x\n";
    const documents = parseFile(text);
    assert.deepEqual(
      documents.map(({ source: doc, offset }) => [offset, doc.text]),
      [
        [0, "a: 1\n"],
        [5, "---\nb: 2\n"],
        [14, "--- # c\nc: |\n  ---x\n"],
      ],
    );
  });

  it("live on when only others have changed", () => {
    const before = parseFile("a: 1\n---\nb: 2\n---\na: 3\n");
    const after = parseFile("a: 1\nx: 9\n---\nb: 2\n---\na: 3\n", before);
    assert.notEqual(after[0]?.source, before[0]?.source);
    assert.equal(after[1]?.source, before[1]?.source);
    assert.equal(after[2]?.source, before[2]?.source);
  });

  it("with equal texts stay two documents", () => {
    const text = "a: 1\n---\nb: 2\n---\nb: 2\n";
    const before = parseFile(text);
    const after = parseFile(text, before);
    assert.notEqual(after[1]?.source, after[2]?.source);
    assert.equal(after[2]?.source, before[2]?.source);
  });

  it("give what can be read when they are broken", () => {
    const doc = parseDocument("spec:\n  image: vllm\n  args: [a, b\n  name: x\n");
    assert.equal(asScalar(at(doc.root, "spec", "image"))?.text, "vllm");
    assert.ok(doc.problems.length > 0);
  });

  it("resolve aliases and merge keys", () => {
    const doc = parseDocument("base: &b {image: x, port: 1}\nuse:\n  <<: *b\n  port: 2\nsame: *b\n");
    assert.equal(asScalar(at(doc.root, "use", "image"))?.text, "x");
    assert.equal(asScalar(at(doc.root, "use", "port"))?.value, 2);
    assert.equal(asScalar(at(doc.root, "same", "image"))?.text, "x");
  });

  it("survive aliases that contain themselves", () => {
    const doc = parseDocument("a: &a\n  b: *a\n  <<: *a\n");
    assert.equal(at(doc.root, "a", "missing"), undefined);
    assert.ok(everyNode(doc.root).length < 20);
  });
});

describe("Scalars", () => {
  it("map their characters to the file in every style", () => {
    assert.equal(source(scalar("a: --flag=12\n", "a"), 7, 9), "12");
    assert.equal(source(scalar('a: "x\\ty z"\n', "a"), 1, 2), "\\t");
    assert.equal(source(scalar("a: 'it''s ok'\n", "a"), 5, 7), "ok");
    const block = scalar("a: |\n    vllm serve m \\\n      --tp 2\n", "a");
    const flag = block.text.indexOf("--tp 2");
    assert.equal(source(block, flag, flag + 6), "--tp 2");
    const folded = scalar("a: >-\n  vllm serve\n  model\n\n  --x 1\n", "a");
    assert.equal(folded.text, "vllm serve model\n--x 1");
    assert.equal(source(folded, 11, 16), "model");
  });

  it("decode like the reference parser, to the character", () => {
    const line = fc.string({
      unit: fc.constantFrom("a", "b", " ", "-", "#", "\t", "é", "😀", "'", '"', "\\", ":"),
      maxLength: 8,
    });
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 6 }),
        fc.constantFrom("|", "|-", "|+", ">", ">-", ">+"),
        (lines, header) => {
          const text = `a: ${header}\n${lines.map((l) => `  ${l}`).join("\n")}\nb: 1\n`;
          const doc = parseDocument(text);
          const node = asMap(doc.root)?.get("a");
          // A first line indented further than the next needs an indicator: without one it is no valid YAML.
          if (doc.problems.length > 0) return;
          if (node?.kind !== "scalar") return;
          // A character that is not a break stands in the source as itself.
          for (let i = 0; i < node.text.length; i++) {
            const c: string = node.text[i] ?? "";
            if (!/[\n ]/.test(c)) assert.equal(source(node, i, i + 1), c);
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  it("know numbers, booleans and null from strings", () => {
    assert.equal(scalar("a: 10\n", "a").value, 10);
    assert.equal(scalar('a: "10"\n', "a").value, "10");
    assert.equal(scalar("a: true\n", "a").value, true);
    assert.equal(at(parseDocument("a:\nb: ~\n").root, "a"), undefined);
    assert.equal(at(parseDocument("a:\nb: ~\n").root, "b"), undefined);
  });
});

describe("Templates", () => {
  const chart = [
    "spec:",
    "  {{- if .Values.on }}",
    "  replicas: {{ .Values.replicas }}",
    "  {{- end }}",
    '  image: "{{ .Values.image }}:v0.9.0"',
    "  args:",
    "    - --model={{ .Values.model }}",
    "    {{- range .Values.more }}",
    "    - {{ . }}",
    "    {{- end }}",
    "fixed:",
    "  a: 1",
    "",
  ].join("\n");

  it("keep every offset and mark what they touch", () => {
    const doc = parseDocument(chart);
    assert.deepEqual(doc.problems, []);
    const image = asScalar(at(doc.root, "spec", "image"));
    assert.equal(image?.text, "{{ .Values.image }}:v0.9.0");
    assert.equal(image?.templated, true);
    assert.equal(image && source(image, image.text.indexOf("v0"), image.text.length), "v0.9.0");
  });

  it("open the collections that directives stand in, and no others", () => {
    const doc = parseDocument(chart);
    assert.equal(asMap(at(doc.root, "spec"))?.open, true);
    const args = at(doc.root, "spec", "args");
    assert.equal(args?.kind === "seq" && args.open, true);
    assert.equal(asMap(at(doc.root, "fixed"))?.open, false);
  });

  it("in ordinary YAML leave the tree as the reference parser has it", () => {
    const text = "a: 'x {{ $labels.pod }} y'\nb: [1, 2]\n";
    assert.equal(scalar(text, "a").text, (referenceParse(text) as { a: string }).a);
  });
});

describe("Any text", () => {
  it("gives a tree whose spans lie inside it", () => {
    const piece = fc.constantFrom(
      "a",
      ": ",
      "- ",
      "\n",
      "  ",
      "{{",
      "}}",
      "[",
      "]",
      "{",
      "}",
      '"',
      "'",
      "|",
      ">",
      "#",
      "&x ",
      "*x",
      "---\n",
      "\t",
      "\r\n",
      "\ufeff",
      "%",
      "!t ",
      "?",
      "<<: ",
    );
    const anything = fc.oneof(
      fc.string({ unit: "binary", maxLength: 60 }),
      fc.array(piece, { maxLength: 40 }).map((p) => p.join("")),
    );
    fc.assert(
      fc.property(anything, (text) => {
        for (const { source: doc, offset } of parseFile(text)) {
          assert.equal(text.slice(offset, offset + doc.text.length), doc.text);
          for (const node of everyNode(doc.root)) {
            assert.ok(
              node.span.start >= 0 && node.span.end <= doc.text.length && node.span.start <= node.span.end,
            );
            if (node.kind !== "scalar") continue;
            const s = node.spanOf(0, node.text.length);
            assert.ok(
              s.start >= node.span.start && s.end <= node.span.end,
              JSON.stringify([text, s, node.span]),
            );
          }
          void doc.comments;
        }
      }),
      { numRuns: 1500 },
    );
  });

  it("may nest thousands deep", () => {
    const doc = parseDocument("a: " + "[".repeat(20_000));
    assert.ok(doc.root === null || everyNode(doc.root).length > 0);
  });
});
