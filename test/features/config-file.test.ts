import assert from "node:assert/strict";
import { Ajv } from "ajv";
import fc from "fast-check";
import { configSchema, validatorSchema } from "../../scripts/generate/config-schema";
import { TextIndex } from "../../src/base/text";
import { nearest, readConfigFile } from "../../src/features/settings/config-file";
import { RULES } from "../../src/rules/index";

/** Each problem as `line:column-column message`, counted from one. */
function problemsOf(text: string): readonly string[] {
  return readConfigFile(text).problems.map(({ message, range: { start, end } }) => {
    const to = start.line === end.line ? end.character + 1 : `${end.line + 1}:${end.character + 1}`;
    return `${start.line + 1}:${start.character + 1}-${to} ${message}`;
  });
}

describe("the config file", () => {
  it("gives settings", () => {
    const text = `# for the whole team
rules:
  memory: error          # a group
  startup/no-startup-probe: off
assume:
  gpu: H100-80GB
  vllmVersion: "0.11.0"
lens:
  sizing: false
`;
    assert.deepEqual(readConfigFile(text), {
      settings: {
        rules: { "startup/no-startup-probe": "off", memory: "error" },
        assume: { gpu: "H100-80GB", vllmVersion: "0.11.0" },
        lens: { sizing: false },
      },
      problems: [],
    });
  });

  it("may be empty, whole or in parts", () => {
    for (const text of [
      "",
      "\n# nothing\n",
      "---\n",
      "rules:\nassume:\nlens:\n",
      "rules: {}\n",
      "\ufeffrules: {}\n",
    ]) {
      assert.deepEqual(readConfigFile(text).problems, [], JSON.stringify(text));
    }
  });

  it("takes every rule and every group", () => {
    const names = RULES.flatMap(({ id }) => [id, id.split("/")[0] ?? ""]);
    const text = `rules:\n${[...new Set(names)].map((name) => `  ${name}: hint\n`).join("")}`;
    assert.deepEqual(readConfigFile(text).problems, []);
  });

  const mistakes: readonly (readonly [name: string, text: string, problems: readonly string[]])[] = [
    ["an unknown rule", "rules:\n  startup/no-startup-prob: off\n", ["2:3-26 There is no rule or group `startup/no-startup-prob`. Did you mean `startup/no-startup-probe`?"]],
    ["a card of two sizes", "assume:\n  gpu: A100\n", ["2:8-12 `A100` is a card of several sizes: write `A100-40GB` or `A100-80GB`."]],
    ["a slip in a card's name", "assume:\n  gpu: H10O\n", ["2:8-12 No GPU `H10O` is known. Did you mean `H100`?"]],
    ["no card at all", "assume:\n  gpu: something-else\n", ["2:8-22 No GPU `something-else` is known. Names are like `L4`, `H100-80GB` and `MI300X`."]],
    ["a rule without its group", "rules:\n  no-startup-probe: off\n", ["2:3-19 There is no rule or group `no-startup-probe`. Did you mean `startup/no-startup-probe`?"]],
    ["a rule like no other", "rules:\n  qqqq/wwwwwwwww: off\n", ["2:3-17 There is no rule or group `qqqq/wwwwwwwww`. `vllm-k8s explain` lists them."]],
    ["another linter's severity", "rules:\n  memory: warn\n", ["2:11-15 Severity of `memory` must be `error`, `warning`, `info`, `hint` or `off`, not `warn`. Did you mean `warning`?"]],
    ["a boolean severity", "rules: {memory: false}\n", ["1:17-22 Severity of `memory` must be `error`, `warning`, `info`, `hint` or `off`, not `false`. Did you mean `off`?"]],
    ["a severity left out", "rules:\n  memory:\n", ["2:3-9 Severity of `memory` must be `error`, `warning`, `info`, `hint` or `off`."]],
    ["a severity that is a list", "rules:\n  memory: [off]\n", ["2:11-16 Severity of `memory` must be `error`, `warning`, `info`, `hint` or `off`."]],
    ["an unknown key", "rulse: {}\n", ["1:1-6 Unknown setting `rulse`. Did you mean `rules`?"]],
    ["a key like no other", "assume:\n  temperature: 1\n", ["2:3-14 Unknown setting `temperature`. Known here: `gpu` and `vllmVersion`."]],
    ["a version that YAML takes for a number", "assume:\n  vllmVersion: 0.10\n", ["2:16-20 `vllmVersion` must be a text: `0.10` is a number in YAML. Write `\"0.10\"`."]],
    ["a version that is none", "assume: {vllmVersion: latest}\n", ["1:23-29 `vllmVersion` must be a vLLM release in quotes, like `\"0.11.0\"`."]],
    ["an empty GPU", 'assume: {gpu: ""}\n', ["1:15-17 `gpu` is empty; name a GPU like `H100-80GB` or leave the line out."]],
    ["a switch that is none", "lens:\n  sizing: maybe\n", ["2:11-16 `sizing` must be `true` or `false`."]],
    ["rules that are a list", "rules:\n  - memory\n", ["2:3-3:1 `rules` must be a map, one `key: value` a line."]],
    ["a file that is a list", "- rules\n", ["1:1-2:1 A map of `rules`, `assume`, `lens`, `models` and `calibrations` is expected here."]],
    ["a key that comes twice", "rules: {memory: off, memory: error}\n", ["1:22-28 `memory` is set twice; the first one counts."]],
    ["two documents", "rules: {}\n---\nrules: {}\n", ["2:1-4 Only the first YAML document of this file is read."]],
  ]; // prettier-ignore

  for (const [name, text, expected] of mistakes) {
    it(`tells of ${name} at its place`, () => {
      assert.deepEqual(problemsOf(text), expected);
      assert.deepEqual(problemsOf(text.replaceAll("\n", "\r\n")), expected, "with CRLF");
    });
  }

  it("tells of broken YAML, and not of what follows from it", () => {
    const problems = problemsOf("rules:\n  memory: [off\nlens: {sizing: true}\n");
    assert.ok(problems.length > 0);
    for (const problem of problems) assert.match(problem, /^\d+:\d+-\S+ YAML error: /);
  });

  it("keeps what is valid beside what is not", () => {
    const text =
      "rules: {memory: off, startup: wrong, nothing: off}\nassume: {gpu: L4, vllmVersion: 1}\nlens: {sizing: 3}\n";
    assert.deepEqual(readConfigFile(text).settings, {
      rules: { memory: "off" },
      assume: { gpu: "L4" },
      lens: {},
    });
  });

  it("never throws, and every problem lies within the text", () => {
    const piece = fc.constantFrom(
      "rules", "assume", "lens", "memory", "gpu", ": ", "off", "\n", "  ", "- ", "{", "}", "[", "]", ",", "&a ", "*a", "<<: *a", "---\n", "'", '"', "\t", "#", "{{ x }}",
      "__proto__", "constructor", "1", "null", "|\n", "\r\n", "\ufeff",
    ); // prettier-ignore
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 3 })), { maxLength: 40 }), (parts) => {
        const text = parts.join("");
        const index = new TextIndex(text);
        for (const { range } of readConfigFile(text).problems) {
          for (const { line, character } of [range.start, range.end]) {
            assert.ok(
              line < index.lineCount && character <= index.lineStart(line + 1) - index.lineStart(line),
            );
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it("the schema for editors and the one behind the validator accept the same", () => {
    const ajv = new Ajv({ strict: false });
    const [full, compact] = [ajv.compile(configSchema()), ajv.compile(validatorSchema())];
    const key = fc.constantFrom(
      "rules",
      "assume",
      "lens",
      "memory",
      "gpu",
      "vllmVersion",
      "sizing",
      RULES[0]?.id ?? "",
      "other",
    );
    const leaf = fc.constantFrom("off", "error", "warn", "0.11.0", "v0.9", "", true, false, null, 3, []);
    const value = fc.dictionary(
      key,
      fc.oneof(leaf, fc.dictionary(key, fc.oneof(leaf, fc.dictionary(key, leaf)))),
    );
    fc.assert(
      fc.property(fc.oneof(value, leaf), (config) => assert.equal(compact(config), full(config))),
      { numRuns: 1000 },
    );
  });
});

describe("the nearest name", () => {
  it("is a slip of the keys away, or none", () => {
    assert.equal(nearest("lnt", ["lint", "fix"]), "lint");
    assert.equal(nearest("MEMORY", ["memory"]), "memory");
    assert.equal(nearest("zebra", ["lint", "fix"]), undefined);
    assert.equal(nearest("", ["lint"]), undefined);
  });
});
