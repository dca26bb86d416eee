import assert from "node:assert/strict";
import { BAD, Cli, PLAIN } from "./run-cli";

describe("vllm-k8s lint --jobs", () => {
  let cli: Cli;
  before(() => {
    cli = new Cli();
    const files: Record<string, string | Buffer> = { "repo/.vllm-k8s.yaml": "rules: {no/such: error}\n" };
    for (let i = 0; i < 20; i++) {
      files[`repo/${i}/chat.yaml`] = BAD.replaceAll("chat", `chat-${i}`);
      for (const name of ["a", "b", "c", "d"]) files[`repo/${i}/${name}.yaml`] = PLAIN;
    }
    files["repo/7/chat.yaml"] = `<<<<<<< ours\n${BAD}`;
    files["repo/8/broken.yaml"] = Buffer.concat([Buffer.from(BAD), Buffer.from([0xff])]);
    cli.write(files);
  });
  after(() => cli.clean());

  for (const format of ["text", "json", "sarif", "github"]) {
    it(`gives the same ${format} with one thread and with several`, () => {
      const args = ["lint", "repo", "repo/.vllm-k8s.yaml", `--format=${format}`];
      const one = cli.run([...args, "--jobs=1"]);
      const three = cli.run([...args, "--jobs=3"]);
      assert.equal(one.code, 2);
      assert.match(one.err, /broken\.yaml: not UTF-8/);
      assert.equal(one.err.match(/no\/such/g)?.length, 1);
      assert.deepEqual(three, one);
    });
  }

  it("has one thread for standard input, and takes only numbers", () => {
    assert.equal(cli.run(["lint", "-", "--jobs=4"], { stdin: BAD }).code, 1);
    const { code, err } = cli.run(["lint", "--jobs=many"]);
    assert.equal(code, 2);
    assert.match(err, /--jobs must be a number from 1 to 99, not "many"/);
  });
});
