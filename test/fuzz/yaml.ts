import { applyEdits } from "../../src/features/findings/fixes";
import { YamlEditor } from "../../src/yaml/edit";
import { maskTemplates } from "../../src/yaml/mask";
import type { YamlMap, YamlNode } from "../../src/yaml/node";
import { parseDocument, parseFile } from "../../src/yaml/parse";
import { interrogate, MANIFEST } from "../robustness/support";
import { expect, textOf, type Target } from "./target";

const WORDS = [
  "---\n", "...\n", "- ", "? ", ": ", "&a ", "*a", "<<: *a\n", "!!str ", "|\n", ">-\n", "|2+\n", "{{ .Values.x }}", "{{- if .x }}\n", "{{- end }}\n", "{{", "}}",
  "# vllm-k8s-ignore ", "key: value\n", "  ", "{a: 1, b: [2, 3]}", "'it''s'", '"\\u00e9\\n"', "args: ", "vllm serve ", "--tensor-parallel-size=2", "$(X)", "${X:-",
]; // prettier-ignore

const SMALL = [
  "a: 1\nb:\n  - x\n  - y: 2 # note\nc: {d: e, f: [1, 2]}\n",
  "spec:\n    a:\n        b: 'one'   # one\n\n# tail\nother: |\n  text\n  more\n",
  'a: &x {b: "c"}\nd: *x\ne:\n- f: >\n    folded\n    text\n- {{ .Values.g }}\n',
  "{{- if .Values.on }}\nkey: {{ .Values.name | quote }}\n{{- end }}\nlist: [a, {{ .b }}, c]\n",
];

const text = textOf([...SMALL, MANIFEST], WORDS);

export const yamlTargets: readonly Target[] = [
  { name: "yaml", text, check: checkTree },
  { name: "mask", text, check: checkMask },
  { name: "yaml-edit", text: textOf(SMALL, WORDS), check: checkEdits },
  { name: "manifest", text: text.map((made) => `# vllm\n${made}`), check: (made) => void interrogate(made) },
];

function checkTree(made: string): void {
  for (const { source, offset } of parseFile(made)) {
    expect(made.startsWith(source.text, offset), "a document stands where it says");
    for (const { span } of [...source.problems, ...source.comments]) inside(span, source.text, "problem");
    visit(source.root, 0, (node) => {
      inside(node.span, source.text, node.kind);
      if (node.kind !== "scalar") return;
      for (const at of [0, node.text.length >> 1, node.text.length])
        inside(node.spanOf(0, at), source.text, "scalar");
    });
  }
}

function inside({ start, end }: { start: number; end: number }, within: string, what: string): void {
  expect(0 <= start && start <= end && end <= within.length, `${what}: ${start} to ${end} is in the text`);
}

/** Aliases make a tree of a few lines endless. */
const DEEPEST = 12;

function visit(node: YamlNode | null, depth: number, see: (node: YamlNode) => void): void {
  if (node === null || depth > DEEPEST) return;
  see(node);
  if (node.kind === "seq") for (const item of node.items.slice(0, 50)) visit(item, depth + 1, see);
  if (node.kind === "map")
    for (const { key, value } of node.entries) {
      visit(key, depth + 1, see);
      visit(value, depth + 1, see);
    }
}

function checkMask(made: string): void {
  const masked = maskTemplates(made);
  expect(masked.text.length === made.length, "masking keeps the length");
  let end = 0;
  for (const each of masked.expressions) {
    expect(each.start >= end && each.end > each.start, "expressions are in order");
    expect(masked.text.startsWith(made.slice(end, each.start), end), "masking keeps what is around");
    end = each.end;
  }
  expect(masked.text.endsWith(made.slice(end)), "masking keeps what is behind");
}

/** In a sound document, an entry that is set can be read back, and one that is removed is gone. */
function checkEdits(made: string): void {
  const doc = parseDocument(made);
  // Templates stand for text that is not here.
  if (doc.problems.length > 0 || doc.templated || /[!?\t]|<<|^\s*(---|\.\.\.|%)|[}\]]\s*:/m.test(made))
    return;
  // The parser overlooks problems on a last line that has no end.
  if (parseDocument(`${made}\n`).problems.length > 0) return;
  // It takes a plain value behind a comment in column 0 for a part of the next line.
  if (/^#.*\n\s+\S/m.test(made)) return;
  // YAML allows a byte order mark at the start alone.
  if (made.includes("\ufeff", 1)) return;
  const maps: { map: YamlMap; path: readonly (string | number)[] }[] = [];
  collect(doc.root, [], maps);
  // Keys that are maps or lists occur in no manifest.
  const isPlain = ({ doc: { text }, span }: YamlNode): boolean => !/[{[]/.test(text[span.start] ?? "");
  if (!maps.every(({ map }) => map.entries.every(({ key }) => isPlain(key)))) return;
  // Of equal keys only one can be read.
  if (maps.some(({ map }) => new Set(map.entries.map(({ key }) => key.text)).size < map.entries.length))
    return;
  for (const { map, path } of maps.slice(0, 10)) {
    const after = edited(made, (editor) => editor.setEntry(map, "zz-new", "v: 1"));
    // A map without braces in a list (`[a: 1]`) is left alone.
    if (after === made) continue;
    const set = parseDocument(after);
    expect(set.problems.length === 0, `set at /${path.join("/")} breaks the document`);
    const value = follow(set.root, [...path, "zz-new"]);
    expect(
      value?.kind === "scalar" && value.text === "v: 1",
      `set at /${path.join("/")} cannot be read back`,
    );
  }
}

function collect(
  node: YamlNode | null,
  path: readonly (string | number)[],
  into: { map: YamlMap; path: readonly (string | number)[] }[],
): void {
  if (path.length > DEEPEST) return;
  if (node?.kind === "seq") node.items.forEach((item, i) => collect(item, [...path, i], into));
  if (node?.kind !== "map") return;
  into.push({ map: node, path });
  for (const { key, value } of node.entries) collect(value, [...path, key.text], into);
}

function follow(root: YamlNode | null, path: readonly (string | number)[]): YamlNode | undefined {
  let node: YamlNode | undefined = root ?? undefined;
  for (const step of path) {
    if (node?.kind === "seq" && typeof step === "number") node = node.items[step];
    else if (node?.kind === "map") node = node.get(String(step));
    else return undefined;
  }
  return node;
}

function edited(made: string, change: (editor: YamlEditor) => void): string {
  const editor = new YamlEditor();
  change(editor);
  return applyEdits(
    made,
    editor.edits.map(({ span, newText }) => ({ ...span, newText })),
  );
}
