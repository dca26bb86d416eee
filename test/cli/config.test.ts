import assert from "node:assert/strict";
import { BAD, Cli } from "./run-cli";

describe("vllm-k8s with a config file", () => {
  let cli: Cli;
  before(() => (cli = new Cli()));
  after(() => cli.clean());

  const OFF = "rules: {startup: off, storage: off}\n";

  function rulesIn(args: readonly string[]): readonly string[] {
    const report = JSON.parse(cli.run(["lint", "--format=json", ...args]).out) as {
      findings: { rule: string }[];
    };
    return report.findings.map(({ rule }) => rule);
  }

  it("takes the nearest above each file, and no other", () => {
    cli.write({
      "team/.vllm-k8s.yaml": OFF,
      "team/a/b/m.yaml": BAD,
      "team/own/.vllm-k8s.yaml": "rules: {startup: hint}\n",
      "team/own/m.yaml": BAD,
    });
    assert.deepEqual(
      rulesIn(["team/a"]).filter((rule) => rule.startsWith("startup/")),
      [],
    );
    assert.ok(rulesIn(["team/own"]).some((rule) => rule.startsWith("startup/")));
    assert.equal(cli.run(["lint", "team/a"]).code, 0);
  });

  it("does not look above the root of a repository", () => {
    cli.write({ "outer/.vllm-k8s.yaml": OFF, "outer/repo/.git/HEAD": "", "outer/repo/m.yaml": BAD });
    assert.ok(rulesIn(["outer/repo"]).some((rule) => rule.startsWith("startup/")));
  });

  it("--config stands in for all of them", () => {
    cli.write({ "set/.vllm-k8s.yaml": OFF, "set/m.yaml": BAD, "other.yaml": "rules: {storage: off}\n" });
    const rules = rulesIn(["set", "--config", "other.yaml"]);
    assert.ok(rules.some((rule) => rule.startsWith("startup/")));
    assert.ok(!rules.some((rule) => rule.startsWith("storage/")));
    const missing = cli.run(["lint", "set", "--config", "none.yaml"]);
    assert.equal(missing.code, 2);
    assert.match(missing.err, /none\.yaml: no such file/);
  });

  it("tells what is wrong in it at the exact place, and exits 2", () => {
    cli.write({ "wrong/.vllm-k8s.yaml": "rules:\n  startup: of\n  storagge: off\n", "wrong/m.yaml": BAD });
    const { code, err } = cli.run(["lint", "wrong"]);
    assert.equal(code, 2);
    assert.match(err, /^wrong\/\.vllm-k8s\.yaml:2:12 {2}error {2}.*Did you mean `off`\?$/m);
    assert.match(err, /^wrong\/\.vllm-k8s\.yaml:3:3 {2}error {2}.*Did you mean `storage`\?$/m);
    const github = cli.run(["lint", "wrong", "--format=github"]);
    assert.match(github.out, /^::error file=wrong\/\.vllm-k8s\.yaml,line=2,endLine=2,col=12,/m);
    assert.equal(cli.run(["lint", "wrong/.vllm-k8s.yaml"]).code, 2);
  });

  it("the GPU and the version it assumes are in the memory plan", () => {
    const unknown = BAD.replace(/ {6}nodeSelector:\n.*\n/, "").replace(":v0.11.0", "");
    cli.write({
      "assume/.vllm-k8s.yaml": 'assume: {gpu: L40S, vllmVersion: "0.10.0"}\n',
      "assume/m.yaml": unknown,
    });
    const { out } = cli.run(["size", "assume/m.yaml"]);
    assert.match(out, /L40S/);
    assert.match(out, /vLLM 0\.10\.0/);
    assert.match(cli.run(["size", "assume/m.yaml", "--gpu", "H100"]).out, /H100/);
  });
});
