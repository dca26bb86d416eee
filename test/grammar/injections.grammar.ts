import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createRegistry } from "vscode-tmgrammar-test/dist/common";
import manifest from "../../package.json";
import { yamlGrammars } from "../../scripts/vscode/install";
import { repoRoot } from "../../scripts/vscode/paths";

const FIXTURES = ["comments", "flags", "promql", "shell"].map((name) => `test/grammar/${name}.yaml`);

/** YAML of all sorts that has nothing to do with vLLM, some of it near to what the injections look for. */
const OTHER_YAML = `# until=2027-01-31 gpu=H100 vllm-k8s
args: [--port=80, "--model-name", '--max-models=3', --seed 7]
command: ["sh", "-c", "exec server --host 0.0.0.0 --max-batch 4 && echo $HOME"]
script: |
  #!/bin/sh
  set -eu
  export A=1
  exec python3 -m server --model x \\
    --port 8000
query: sum by (pod) (rate(http_requests_total{code="500"}[5m])) / 2
expr: >-
  histogram_quantile(0.95, sum(rate(tgi_batch_bucket[5m])) by (le))
text: "a # b ''  \\" c"
---
? [complex, key]
: !!map {a: &x 1, b: *x}
...
`;

type Grammar = NonNullable<Awaited<ReturnType<ReturnType<typeof createRegistry>["loadGrammar"]>>>;

const OURS = manifest.contributes.grammars.map((each) => ({ ...each, path: join(repoRoot, each.path) }));

/** What any extension that injects anything pays: its selector is tried at every token. */
const IDLE = [
  { scopeName: "source.idle", path: join(__dirname, "idle.tmLanguage.json"), injectTo: ["source.yaml"] },
];

async function grammarWith(own: typeof OURS): Promise<Grammar> {
  const registry = createRegistry([...yamlGrammars().map((path) => ({ path, scopeName: "" })), ...own]);
  const grammar = await registry.loadGrammar("source.yaml");
  assert.ok(grammar);
  return grammar;
}

/** The scopes of every token. */
function tokensOf(grammar: Grammar, text: string): readonly string[] {
  let state: Parameters<Grammar["tokenizeLine"]>[1] = null;
  return text.split("\n").flatMap((line) => {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
    state = ruleStack;
    return tokens.map(({ startIndex, endIndex, scopes }) => `${startIndex}-${endIndex} ${scopes.join(" ")}`);
  });
}

const ROUNDS = 20;

/** Milliseconds for all lines, each in the best of many rounds: short enough to fall between whatever else the machine does. */
function fastest(grammars: readonly Grammar[], lines: readonly string[]): readonly number[] {
  const best = grammars.map(() => lines.map(() => Infinity));
  for (let round = 0; round < ROUNDS; round++) {
    grammars.forEach((grammar, g) => {
      let state: Parameters<Grammar["tokenizeLine"]>[1] = null;
      lines.forEach((line, i) => {
        const start = performance.now();
        state = grammar.tokenizeLine(line, state).ruleStack;
        const took = performance.now() - start;
        const own = best[g];
        if (own && took < (own[i] ?? Infinity)) own[i] = took;
      });
    });
  }
  return best.map((times) => times.reduce((sum, time) => sum + time, 0));
}

describe("Grammar injections", () => {
  it("colour what they should in every form of scalar, on the editor's own YAML grammar", () => {
    const bases = yamlGrammars().flatMap((path) => ["-g", path]);
    const program = join(repoRoot, "node_modules", "vscode-tmgrammar-test", "dist", "unit.js");
    try {
      execFileSync(process.execPath, [program, ...bases, ...FIXTURES], { cwd: repoRoot, encoding: "utf8" });
    } catch (error) {
      assert.fail((error as { stdout?: string }).stdout ?? String(error));
    }
  });

  it("leave other YAML exactly as it is", async () => {
    const [plain, injected] = [await grammarWith([]), await grammarWith(OURS)];
    assert.deepEqual(tokensOf(injected, OTHER_YAML), tokensOf(plain, OTHER_YAML));
  });

  it("take nothing from the tokens of a manifest but its strings and comments", async () => {
    const [plain, injected] = [await grammarWith([]), await grammarWith(OURS)];
    const outside = (tokens: readonly string[]): readonly string[] =>
      tokens.filter((token) => !/ (string|comment)\./.test(token) || token.includes("entity.name.tag.yaml"));
    for (const text of examples())
      assert.deepEqual(outside(tokensOf(injected, text)), outside(tokensOf(plain, text)));
  });

  it("cost a small part of the time that plain YAML takes", async function () {
    this.retries(2);
    const grammars = [await grammarWith([]), await grammarWith(IDLE), await grammarWith(OURS)];
    const lines = examples().flatMap((text) => text.split("\n"));
    const [plain = 0, idle = 0, injected = Infinity] = fastest(grammars, lines);
    const [all, floor] = [injected / plain - 1, idle / plain - 1];
    const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
    console.log(`      ${percent(all)} over plain YAML; an injection that matches nothing ${percent(floor)}`);
    assert.ok(all < 0.18, percent(all));
    assert.ok(all - floor < 0.12, percent(all - floor));
  });
});

function examples(): readonly string[] {
  const folder = join(repoRoot, "examples");
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return names
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => readFileSync(join(folder, name), "utf8"));
}
