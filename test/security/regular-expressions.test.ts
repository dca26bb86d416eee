import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createContext, Script } from "node:vm";
import ts from "typescript";
import { scopeFrom } from "../../src/live/scope";
import type { Selector } from "../../src/metrics/expression";
import { parseQuery } from "../../src/metrics/promql";
import { matches } from "../../src/simulation/matchers";
import { cpuTime } from "../cpu-time";

const SOURCE = join(__dirname, "..", "..", "src");
/** Characters of an attack, and what may be spent on it: a quadratic expression takes a tenth, a cubic one hours. */
const LENGTH = 4000;
const LIMIT_MS = 400;

interface Expression {
  readonly where: string;
  readonly pattern: RegExp;
}

/** Those that are put together at run time, with what keeps a stranger's part of them harmless; each is attacked below or needs no attack. */
const MADE: Readonly<Record<string, string>> = {
  "rules/metrics/unknown-label.ts": "a label out of a set of our own",
  "live/scope.ts": "the workload's name, each special character escaped",
  "simulation/matchers.ts": "alternatives and two wildcards, of bounded length",
};

/** Every regular expression of the product: literals, `new RegExp` of texts that are all written out, and the files of all others. */
function expressions(made: Set<string> = new Set()): readonly Expression[] {
  const found: Expression[] = [];
  for (const name of readdirSync(SOURCE, { recursive: true, encoding: "utf8" })) {
    if (!/\.ts$/.test(name) || name.endsWith(".d.ts")) continue;
    const file = ts.createSourceFile(
      name,
      readFileSync(join(SOURCE, name), "utf8"),
      ts.ScriptTarget.ES2022,
      true,
    );
    const texts = new Map<string, string>();
    const visit = (node: ts.Node): void => {
      const where = `${name}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
      if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer) {
        const text = written(node.initializer, texts);
        if (text !== undefined) texts.set(node.name.text, text);
      }
      if (ts.isRegularExpressionLiteral(node)) {
        const end = node.text.lastIndexOf("/");
        found.push({ where, pattern: new RegExp(node.text.slice(1, end), node.text.slice(end + 1)) });
      } else if (ts.isNewExpression(node) && node.expression.getText() === "RegExp") {
        const [given] = node.arguments ?? [];
        const text = given && written(given, texts);
        if (text !== undefined) found.push({ where, pattern: new RegExp(text) });
        else made.add(name.replaceAll("\\", "/"));
      }
      ts.forEachChild(node, visit);
    };
    visit(file);
  }
  return found;
}

function written(node: ts.Node, texts: ReadonlyMap<string, string>): string | undefined {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (ts.isTaggedTemplateExpression(node) && node.tag.getText() === "String.raw")
    return ts.isNoSubstitutionTemplateLiteral(node.template) ? node.template.rawText : undefined;
  if (ts.isIdentifier(node)) return texts.get(node.text);
  if (!ts.isTemplateExpression(node)) return undefined;
  const parts = node.templateSpans.map(({ expression, literal }) => {
    const inner = written(expression, texts);
    return inner === undefined ? undefined : inner + literal.text;
  });
  return parts.includes(undefined) ? undefined : node.head.text + parts.join("");
}

const ALWAYS = [" ", "\t", "\n", "a", "A", "0", "1", "-", ".", "/", "_", ":", ",", '"', "'", "\\", "{", "[", "(", "$", "#", "a ", "a.", "a-", "0.", "1,", "a/", " \n", '\\"', "é"]; // prettier-ignore

/** Texts to repeat: characters and words that the expression itself names, and what is common. */
function pumps(pattern: RegExp): readonly string[] {
  const plain = pattern.source.replaceAll(/\\[a-zA-Z]/g, " ").replaceAll(/[()[\]{}|?*+^$\\]/g, " ");
  const words = plain.split(/\s+/).filter((word) => word !== "");
  return [
    ...new Set([
      ...ALWAYS,
      ...words,
      ...words.map((word) => `${word} `),
      ...words.flatMap((word) => [...word]),
    ]),
  ];
}

const context = createContext({ pattern: /x/, text: "" });
const run = new Script("pattern.lastIndex = 0; pattern.test(text)");

/** Milliseconds until an answer; the limit when there is none by then. */
function time(pattern: RegExp, text: string): number {
  Object.assign(context, { pattern, text });
  const started = process.hrtime.bigint();
  try {
    run.runInContext(context, { timeout: LIMIT_MS });
  } catch {
    return LIMIT_MS;
  }
  return Number(process.hrtime.bigint() - started) / 1e6;
}

function isSlow(pattern: RegExp, text: string): boolean {
  // Another process may have had the machine: only what is slow each time is slow.
  return [1, 2, 3].every(() => time(pattern, text) >= LIMIT_MS);
}

/** The selector of `m{model_name=~"..."}`. */
function selectorOf(value: string): Selector {
  const [selector] = parseQuery(`m{model_name=~${JSON.stringify(value)}}`, "plain").selectors;
  assert.ok(selector, value);
  return selector;
}

describe("regular expressions", () => {
  const all = expressions();

  it("are found", () => assert.ok(all.length > 150, `${all.length}`));

  it("are written out, but for a few that are known", () => {
    const made = new Set<string>();
    expressions(made);
    assert.deepEqual([...made].sort(), Object.keys(MADE).sort());
  });

  it("made of a manifest's parts answer soon", () => {
    const long = "a".repeat(LENGTH);
    const hostile = [
      "(a+)+b",
      "(a|a)*b",
      ".*a".repeat(20) + "b",
      ".*.*.*.*.*b",
      "a{1,1000}{1,1000}b",
      `${long}|${long}`,
    ];
    for (const value of hostile) {
      const started = cpuTime();
      for (const label of [long, `${long}!`, "a".repeat(300)])
        matches(selectorOf(value), { model_name: label });
      scopeFrom(
        [{ labels: new Map([["pod", long]]) }],
        { kind: "Deployment", name: value, namespace: "a" },
        undefined,
      );
      assert.ok(cpuTime() - started < LIMIT_MS, value);
    }
    // What a person writes is understood.
    assert.ok(matches(selectorOf("Qwen/.*|meta-llama/.+"), { model_name: "Qwen/Qwen3-8B" }));
    assert.ok(!matches(selectorOf("Qwen/.*|meta-llama/.+"), { model_name: "mistral" }));
  });

  it("the check notices an exponential and a cubic one", () => {
    assert.ok(isSlow(/^(a+)+$/, `${"a".repeat(LENGTH)}!`));
    assert.ok(isSlow(/\s*\s*\s*x$/, " ".repeat(LENGTH)));
  });

  it(`answer within ${LIMIT_MS} ms to ${LENGTH} characters made against them`, () => {
    const slow: string[] = [];
    for (const { where, pattern } of all) {
      const first = /^\^?((?:\\?[\w"'#-])*)/.exec(pattern.source)?.[1]?.replaceAll("\\", "") ?? "";
      for (const pump of pumps(pattern)) {
        const run = pump.repeat(Math.ceil(LENGTH / pump.length));
        const text = [`${run}\0`, `${first}${run}\0`].find((attack) => isSlow(pattern, attack));
        if (text === undefined) continue;
        slow.push(`${where}: ${String(pattern)} with ${JSON.stringify(pump)}`);
        break;
      }
    }
    assert.deepEqual(slow, []);
  });
});
