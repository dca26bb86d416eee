import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { deployment } from "../features/what-if-manifests";
import { Cli } from "./run-cli";

const LOG = `INFO [gpu_model_runner.py:2653] Model loading took 15.2683 GiB and 9.1 seconds
INFO [gpu_worker.py:298] Available KV cache memory: 2.50 GiB
`;

describe("vllm-k8s size --what-if and calibrate", () => {
  let cli: Cli;

  before(() => {
    cli = new Cli();
    cli.write({ "server.yaml": deployment({}), "start.log": LOG });
  });

  after(() => cli.clean());

  it("prints the ways to run a server", () => {
    const { code, out } = cli.run(["size", "--what-if", "server.yaml"]);
    assert.equal(code, 0);
    assert.match(out, /GPUs +TP +length/);
    assert.match(out, /fits +1 x H100 80GB SXM/);
    assert.match(out, /now +1 x L4/);
  });

  it("prints them as data, over the axes that are named", () => {
    const { out } = cli.run([
      "size",
      "--what-if",
      "--vary",
      "length,cache",
      "--format",
      "json",
      "server.yaml",
    ]);
    const { servers } = JSON.parse(out) as { servers: { rows: { gpu: string; kvCacheDtype: string }[] }[] };
    const rows = servers[0]?.rows ?? [];
    assert.deepEqual([...new Set(rows.map(({ gpu }) => gpu))], ["L4"]);
    assert.deepEqual([...new Set(rows.map(({ kvCacheDtype }) => kvCacheDtype))].sort(), ["auto", "fp8"]);
  });

  it("refuses axes that there are not", () => {
    const { code, err } = cli.run(["size", "--what-if", "--vary", "colour", "server.yaml"]);
    assert.equal(code, 2);
    assert.match(err, /--vary takes gpu, tensor/);
    assert.equal(cli.run(["size", "--vary", "gpu", "server.yaml"]).code, 2);
  });

  it("compares a log with the plan, and keeps the difference when told to", () => {
    const shown = cli.run(["calibrate", "server.yaml", "--log", "start.log"]);
    assert.equal(shown.code, 0, shown.err);
    assert.match(shown.out, /KV cache +2\.5 GiB/);
    const kept = cli.run(["calibrate", "server.yaml", "--log", "-", "--write"], { stdin: LOG });
    assert.equal(kept.code, 0, kept.err);
    assert.match(readFileSync(cli.path(".vllm-k8s.yaml"), "utf8"), /overheadGib: /);
    const { out } = cli.run(["size", "server.yaml"]);
    assert.match(out, /calibrated with a log of vLLM 0\.11\.0 on L4/);
  });

  it("says what is wrong with its arguments and files", () => {
    assert.equal(cli.run(["calibrate", "server.yaml"]).code, 2);
    assert.match(cli.run(["calibrate", "server.yaml", "--log", "none.log"]).err, /no such file/);
    cli.write({ "other.log": "hello\n" });
    assert.equal(cli.run(["calibrate", "server.yaml", "--log", "other.log", "--write"]).code, 2);
  });
});
