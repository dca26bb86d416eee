import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { TextIndex } from "../../src/base/text";
import type { Proposal } from "../../src/service";
import { parseFile } from "../../src/yaml/parse";
import type { YamlNode } from "../../src/yaml/node";
import { MANIFEST, newService, PATH } from "./support";

const root = join(__dirname, "..", "..", "examples");
const examples = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".yaml"))
  .map((name) => ({ name, text: readFileSync(join(root, name), "utf8") }));

/** What an offset of a text is answered with; fails when an answer is not within the text. */
class Asker {
  private readonly service = newService();
  private readonly index: TextIndex;

  constructor(readonly text: string) {
    this.index = new TextIndex(text);
    this.service.setFile(PATH, text);
  }

  at(offset: number): readonly Proposal[] {
    const position = this.index.positionAt(offset);
    const proposals = this.service.completions(PATH, position);
    this.service.hover(PATH, position);
    for (const { label, range } of proposals) {
      const [start, end] = [this.index.offsetAt(range.start), this.index.offsetAt(range.end)];
      assert.ok(start <= offset && offset <= end, `${label} at ${offset} replaces ${start} to ${end}`);
      assert.equal(range.start.line, range.end.line, label);
    }
    return proposals;
  }

  accepted({ range, newText }: Proposal): string {
    return (
      this.text.slice(0, this.index.offsetAt(range.start)) +
      newText +
      this.text.slice(this.index.offsetAt(range.end))
    );
  }
}

interface Shape {
  readonly scalars: readonly string[];
  readonly problems: number;
}

function shapeOf(text: string): Shape {
  const scalars: string[] = [];
  const visit = (node: YamlNode | null): void => {
    if (node?.kind === "scalar") scalars.push(node.text);
    else if (node?.kind === "seq") node.items.forEach(visit);
    else for (const { key, value } of node?.entries ?? []) [key, value].forEach(visit);
  };
  const documents = parseFile(text);
  for (const { source } of documents) visit(source.root);
  return { scalars, problems: documents.flatMap(({ source }) => source.problems).length };
}

/** All scalars are there as before, but for the one at the cursor and what came in. */
function assertOnlyAdded(before: Shape, after: Shape, what: string): void {
  const [a, b] = [before.scalars, after.scalars];
  let head = 0;
  while (head < a.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  assert.ok(
    a.length - head - tail <= 1,
    `${what}: ${a.slice(head, a.length - tail).join(" | ")} has changed`,
  );
  assert.ok(after.problems <= before.problems, `${what}: the YAML is broken`);
}

describe("completion of any input", () => {
  for (const { name, text } of examples) {
    it(`answers at every offset of ${name}, and what is accepted adds and breaks nothing`, () => {
      const asker = new Asker(text);
      const before = shapeOf(text);
      for (let offset = 0; offset <= text.length; offset++) {
        const proposals = asker.at(offset);
        const chosen = proposals[(offset * 7919) % Math.max(1, proposals.length)];
        if (chosen)
          assertOnlyAdded(before, shapeOf(asker.accepted(chosen)), `${chosen.label} at ${offset} of ${name}`);
      }
    });
  }

  it("answers at any offset of a collection that is never closed", () => {
    // A script's lines, with a backslash at the end of each, are one plain scalar in it.
    const asker = new Asker(`{${MANIFEST}`);
    for (let offset = 0; offset <= asker.text.length; offset++) asker.at(offset);
  });

  it("answers at any offset of 200 mutated manifests", () => {
    const lines = MANIFEST.split("\n");
    const mutation = fc.record({
      at: fc.nat(lines.length - 1),
      column: fc.nat(40),
      kind: fc.nat(4),
      piece: fc.constantFrom(...PIECES),
    });
    const offsets = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 20, maxLength: 20 });
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 6 }), offsets, (mutations, places) => {
        const text = mutations.reduce(mutate, lines).join("\n");
        const asker = new Asker(text);
        for (const place of places) asker.at(Math.round(place * text.length));
      }),
      { numRuns: 200 },
    );
  });

  it("a proposal at an empty place of a sound manifest adds and breaks nothing", () => {
    const gaps = [...MANIFEST.matchAll(/(?<=[ ,[{"'])(?=[\]},"'\n])|$/gm)].map(({ index }) => index);
    const before = shapeOf(MANIFEST);
    const asker = new Asker(MANIFEST);
    fc.assert(
      fc.property(fc.constantFrom(...gaps), fc.nat(), (offset, choice) => {
        const proposals = asker.at(offset);
        const chosen = proposals[choice % Math.max(1, proposals.length)];
        if (chosen) assertOnlyAdded(before, shapeOf(asker.accepted(chosen)), `${chosen.label} at ${offset}`);
      }),
      { numRuns: 300 },
    );
  });
});

const PIECES = [
  "{",
  "}",
  "[",
  "]",
  "- ",
  ": ",
  "'",
  '"',
  "|\n",
  "\t",
  "\r\n",
  "---\n",
  "{{ .x }}",
  "{{",
  "&a ",
  "*a",
  "#",
  "\0",
  "é",
  "数",
  "\\",
  "$(",
];

interface Mutation {
  readonly at: number;
  readonly column: number;
  readonly kind: number;
  readonly piece: string;
}

function mutate(lines: string[], { at, column, kind, piece }: Mutation): string[] {
  const line = lines[at] ?? "";
  const copy = [...lines];
  if (kind === 0) copy.splice(at, 1 + (column % 3));
  else if (kind === 1) copy.splice(at, 0, line);
  else if (kind === 2) copy[at] = line.slice(0, column);
  else if (kind === 3) copy[at] = line.slice(0, column) + piece + line.slice(column);
  else copy[at] = " ".repeat(column % 5) + line;
  return copy;
}
