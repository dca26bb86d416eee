import assert from "node:assert/strict";
import { contributes } from "../../package.json";
import { BAD, Cli } from "./run-cli";

describe("the problem matcher $vllm-k8s", () => {
  let cli: Cli;
  before(() => (cli = new Cli()));
  after(() => cli.clean());

  const [matcher] = contributes.problemMatchers;

  it("reads every finding of the command line's text, and nothing else", () => {
    assert.ok(matcher);
    const pattern = new RegExp(matcher.pattern.regexp);
    cli.write({ "a b/chat.yaml": BAD });
    const quiet = cli.run(["lint", "--quiet", "."]).out.trimEnd().split("\n");
    const text = cli.run(["lint", "."]).out.split("\n");
    const read = text.flatMap((line) => pattern.exec(line) ?? []).filter((_, i) => i % 7 === 0);
    assert.deepEqual(read, quiet);
    const parts = pattern.exec(quiet.find((line) => line.includes("shm-missing")) ?? "");
    assert.ok(parts);
    const { file, line, column, severity, code } = matcher.pattern;
    assert.deepEqual(
      [file, line, column, severity, code].map((group) => parts[group]),
      ["a b/chat.yaml", "20", "38", "error", "storage/shm-missing"],
    );
  });
});
