import assert from "node:assert/strict";
import { applyEdits } from "../../src/features/findings/fixes";
import { YamlEditor } from "../../src/yaml/edit";
import { asScalar, asSeq, at, mapAt } from "../../src/yaml/node";
import { parseDocument } from "../../src/yaml/parse";
import type { SourceDocument } from "../../src/yaml/document";

function edited(text: string, change: (editor: YamlEditor, doc: SourceDocument) => void): string {
  const doc = parseDocument(text);
  const editor = new YamlEditor();
  change(editor, doc);
  return applyEdits(
    text,
    editor.edits.map(({ span, newText }) => ({ ...span, newText })),
  );
}

function must<T>(value: T | undefined): T {
  assert.ok(value !== undefined);
  return value;
}

describe("Edits", () => {
  it("change a scalar and keep its quotes and comment", () => {
    const set = (text: string) => edited(text, (e, d) => e.setScalar(must(asScalar(at(d.root, "a"))), "2"));
    assert.equal(set('a: "1"  # why\n'), 'a: "2"  # why\n');
    assert.equal(set("a: '1'\n"), "a: '2'\n");
    assert.equal(
      edited("a: 1 # c\n", (e, d) => e.setScalar(must(asScalar(at(d.root, "a"))), 4)),
      "a: 4 # c\n",
    );
  });

  it("add an entry after the last one, at its indentation", () => {
    const text = "spec:\n    a:\n        b: 1   # one\n\n# tail\nother: 2\n";
    assert.equal(
      edited(text, (e, d) => e.setEntry(must(mapAt(d.root, "spec", "a")), "c", { x: [1, "two"] })),
      "spec:\n    a:\n        b: 1   # one\n        c:\n          x:\n          - 1\n          - two\n\n# tail\nother: 2\n",
    );
  });

  it("add to flow maps and lists in place", () => {
    assert.equal(
      edited("a: {b: 1}\n", (e, d) => e.setEntry(must(mapAt(d.root, "a")), "c", 2)),
      "a: {b: 1, c: 2}\n",
    );
    assert.equal(
      edited("a: {}\n", (e, d) => e.setEntry(must(mapAt(d.root, "a")), "c", 2)),
      "a: {c: 2}\n",
    );
    assert.equal(
      edited("a: [x]\n", (e, d) => e.addItem(must(asSeq(at(d.root, "a"))), "y")),
      "a: [x, y]\n",
    );
  });

  it("make the maps on a path that are missing", () => {
    assert.equal(
      edited("spec:\n  a: 1\n", (e, d) => e.setPath(must(mapAt(d.root, "spec")), ["b", "c", "d"], 5)),
      "spec:\n  a: 1\n  b:\n    c:\n      d: 5\n",
    );
    assert.equal(
      edited("spec:\n  b:\n    x: 1\n", (e, d) => e.setPath(must(mapAt(d.root, "spec")), ["b", "c"], 5)),
      "spec:\n  b:\n    x: 1\n    c: 5\n",
    );
    assert.equal(
      edited("spec:\n  b:\n  z: 1\n", (e, d) => e.setPath(must(mapAt(d.root, "spec")), ["b", "c"], 5)),
      "spec:\n  b:\n    c: 5\n  z: 1\n",
    );
  });

  it("add items below block lists of either indentation", () => {
    const add = (text: string) =>
      edited(text, (e, d) => e.addItem(must(asSeq(at(d.root, "v"))), { name: "s", n: 1 }));
    assert.equal(add("v:\n- name: a\nx: 1\n"), "v:\n- name: a\n- name: s\n  n: 1\nx: 1\n");
    assert.equal(
      add("v:\n  - name: a\n    b: |\n      t\nx: 1\n"),
      "v:\n  - name: a\n    b: |\n      t\n  - name: s\n    n: 1\nx: 1\n",
    );
  });

  it("add lines at the end of a file that has no last line break", () => {
    assert.equal(
      edited("a:\n  b: 1", (e, d) => e.setEntry(must(mapAt(d.root, "a")), "c", 2)),
      "a:\n  b: 1\n  c: 2",
    );
  });

  it("remove entries with their comment, wherever they stand", () => {
    const drop = (text: string) => edited(text, (e, d) => e.removeEntry(must(mapAt(d.root, "m")), "x"));
    assert.equal(drop("m:\n  a: 1\n  x: 2 # gone\n  b: 3\n"), "m:\n  a: 1\n  b: 3\n");
    assert.equal(drop("m:\n  a: 1\n  x:\n    deep: 1\nrest: 1\n"), "m:\n  a: 1\nrest: 1\n");
    assert.equal(drop("m: {a: 1, x: 2}\n"), "m: {a: 1}\n");
    assert.equal(drop("m: {x: 2, a: 1}\n"), "m: {a: 1}\n");
    assert.equal(drop("m:\n  x: 1\n"), "m:\n  {}\n");
  });

  it("remove the first entry of a list item without losing the dash", () => {
    const text = "l:\n  - x: 1\n    y: 2\n";
    const item = (d: SourceDocument) => must(asSeq(at(d.root, "l"))?.items[0]);
    assert.equal(
      edited(text, (e, d) => {
        const map = item(d);
        if (map.kind === "map") e.removeEntry(map, "x");
      }),
      "l:\n  - y: 2\n",
    );
  });

  it("remove list items", () => {
    const drop = (text: string, i: number) =>
      edited(text, (e, d) => {
        const seq = must(asSeq(at(d.root, "l")));
        e.removeItem(seq, must(seq.items[i]));
      });
    assert.equal(drop("l:\n  - a\n  - b # b\n  - c\n", 1), "l:\n  - a\n  - c\n");
    assert.equal(drop("l: [a, b]\n", 1), "l: [a]\n");
    assert.equal(drop("l: [a, b]\n", 0), "l: [b]\n");
  });

  it("append a document and insert comments", () => {
    assert.equal(
      edited("a: 1\n", (e, d) => e.appendDocument(d, "b: 2\n")),
      "a: 1\n---\nb: 2\n",
    );
    assert.equal(
      edited("a: 1", (e, d) => e.appendDocument(d, "b: 2")),
      "a: 1\n---\nb: 2\n",
    );
    assert.equal(
      edited("m:\n  a: 1\n", (e, d) =>
        e.insertCommentAbove({ doc: d, span: must(at(d.root, "m", "a")).span }, "note"),
      ),
      "m:\n  # note\n  a: 1\n",
    );
  });

  it("leave out what would overlap", () => {
    assert.equal(
      edited("a: 1\n", (e, d) => {
        const a = must(asScalar(at(d.root, "a")));
        e.setScalar(a, 2);
        e.setScalar(a, 3);
      }),
      "a: 2\n",
    );
  });
  it("leave what an alias stands for as it is", () => {
    const set = (text: string, key: string) =>
      edited(text, (e, d) => e.setEntry(must(mapAt(d.root, "m")), key, 2));
    assert.equal(set("a: &x 1\nm:\n  b: *x # c\nz: 0\n", "b"), "a: &x 1\nm:\n  b: 2 # c\nz: 0\n");
    assert.equal(set("a: &x 1\nm:\n  b: *x # c\nz: 0\n", "n"), "a: &x 1\nm:\n  b: *x # c\n  n: 2\nz: 0\n");
    assert.equal(set("a: &x {c: 1}\nm: {b: *x}\n", "n"), "a: &x {c: 1}\nm: {b: *x, n: 2}\n");
    assert.equal(
      edited("a: &x 1\nm:\n  b: *x\n  c: 1\n", (e, d) => e.removeEntry(must(mapAt(d.root, "m")), "b")),
      "a: &x 1\nm:\n  c: 1\n",
    );
    assert.equal(
      edited("a: &x 1\nl: [*x]\n", (e, d) => e.addItem(must(asSeq(at(d.root, "l"))), 2)),
      "a: &x 1\nl: [*x]\n",
    );
  });

  it("add beside an anchor, an unknown alias and a key that is a list", () => {
    const set = (text: string, ...path: string[]) =>
      edited(text, (e, d) => e.setEntry(must(mapAt(d.root, ...path)), "n", 2));
    assert.equal(set("&x a: 1\n"), "&x a: 1\nn: 2\n");
    assert.equal(set("m:\n  b:\n    *gone # c\nz: 0\n", "m"), "m:\n  b:\n    *gone # c\n  n: 2\nz: 0\n");
    assert.equal(set("m: { [1, 2]: 3 }\n", "m"), "m: {n: 2,  [1, 2]: 3 }\n");
    assert.equal(set("m: { # c\n  }\n", "m"), "m: {n: 2 # c\n  }\n");
  });
});
