import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { Simulated } from "../../src/service";
import { Cli } from "./run-cli";

describe("vllm-k8s simulate", () => {
  let cli: Cli;
  before(() => {
    cli = new Cli();
    cli.write({
      "deployment.yaml": readFileSync("examples/article/deployment.yaml"),
      "scaledobject.yaml": readFileSync("examples/article/scaledobject.yaml"),
      "load.csv": "time,rps\n0,2\n600,12\n1500,2\n1800,2\n",
      "broken.json": "{",
    });
  });
  after(() => cli.clean());

  it("draws both runs as text", () => {
    const { code, out, err } = cli.run(["simulate", "scaledobject.yaml", "--profile", "step"]);
    assert.equal(code, 0, err);
    for (const part of [
      /^As it is$/m,
      /^After the proposed fixes$/m,
      /^ {2}waiting .*█/m,
      /cold start: \d+ s/,
    ])
      assert.match(out, part);
  });

  it("shows an autoscaler once for all files of a folder, with its fixes from whichever is named", () => {
    const titles = (out: string): number => out.match(/^ScaledObject vllm-scaler/gm)?.length ?? 0;
    const folder = cli.run(["simulate", "."]);
    assert.equal(folder.code, 0, folder.err);
    assert.equal(titles(folder.out), 1);
    assert.equal(cli.run(["simulate", "deployment.yaml"]).out, folder.out);
    assert.match(folder.out, /^After the proposed fixes$/m);
  });

  it("gives all of it as JSON, the same for the same seed", () => {
    const args = [
      "simulate",
      "scaledobject.yaml",
      "--profile",
      "load.csv",
      "--seed",
      "3",
      "--format",
      "json",
    ];
    const { out } = cli.run(args);
    const { before, after, seed, profile } = JSON.parse(out) as Simulated;
    assert.equal(seed, 3);
    assert.equal(profile, "recorded");
    assert.equal(before.course.time.length, before.course.waiting.length);
    assert.ok(after);
    assert.equal(cli.run(args).out, out);
  });

  it("says what is wrong in a sentence", () => {
    const cases: readonly (readonly [args: readonly string[], hint: RegExp])[] = [
      [[], /needs one FILE/],
      [
        ["scaledobject.yaml", "--profile", "wave"],
        /--profile must be one of step, burst, ramp, day or a \.json or \.csv file/,
      ],
      [["scaledobject.yaml", "--profile", "none.csv"], /none\.csv: no such file/],
      [["scaledobject.yaml", "--profile", "broken.json"], /recording has no two points/],
      [["scaledobject.yaml", "--rps", "lots"], /--rps must be a number/],
      [["scaledobject.yaml", "--rps", "1e12"], /rate must be above 0/],
    ];
    for (const [args, hint] of cases) {
      const { code, err } = cli.run(["simulate", ...args]);
      assert.equal(code, 2, args.join(" "));
      assert.match(err, hint);
      assert.doesNotMatch(err, /bug|\n {4}at /);
    }
  });
});
