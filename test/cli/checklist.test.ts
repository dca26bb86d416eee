import assert from "node:assert/strict";
import { BAD, Cli } from "./run-cli";

describe("vllm-k8s checklist", () => {
  let cli: Cli;

  before(() => {
    cli = new Cli();
    cli.write({ "k8s/chat.yaml": BAD, "k8s/config.yaml": "a: 1\n", "other/none.yaml": "a: 1\n" });
  });

  after(() => cli.clean());

  it("prints each section with places and reasons, and fails", () => {
    const { code, out, err } = cli.run(["checklist", "k8s"]);
    assert.equal(err, "");
    assert.equal(code, 1);
    assert.match(out, /^k8s {2}\S/);
    assert.match(out, /Cold start\n/);
    assert.match(out, / {2}FAIL {5}3\.12 {2}No Service called vllm/);
    assert.match(out, /k8s\/chat\.yaml:\d+:\d+ {2}.*startup\/vllm-port-service-collision \(fix\)/);
    assert.match(out, / {2}unknown {2}2\.1 .*\n {17}No autoscaler is in view\./);
    assert.match(out, /\d+ pass, \d+ fail, \d+ unknown, \d+ need the cluster, \d+ need people\n$/);
  });

  it("gives the same as JSON", () => {
    const { code, out } = cli.run(["checklist", "--format", "json", "k8s/chat.yaml"]);
    assert.equal(code, 1);
    const [first] = (JSON.parse(out) as { checklists: { path: string; counts: { fails: number } }[] })
      .checklists;
    assert.equal(first?.path, "k8s/chat.yaml");
    assert.ok(first.counts.fails > 0);
  });

  it("says when there is no server, and what it takes", () => {
    assert.match(cli.run(["checklist", "other"]).err, /no vLLM server in other/);
    assert.equal(cli.run(["checklist", "other"]).code, 0);
    assert.equal(cli.run(["checklist"]).out, cli.run(["checklist", "."]).out);
    assert.match(cli.run(["checklist", "--help"]).out, /needs the running cluster/);
  });
});
