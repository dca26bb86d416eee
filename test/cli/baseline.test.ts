import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { BAD, Cli, PLAIN } from "./run-cli";

const FILE = "known.json";
const USE = ["--baseline", FILE];

describe("vllm-k8s lint --baseline", () => {
  let cli: Cli;
  beforeEach(() => {
    cli = new Cli();
    cli.write({ "k8s/chat.yaml": BAD });
  });
  afterEach(() => cli.clean());

  const write = (): void => {
    const { code, err } = cli.run(["lint", "k8s", ...USE, "--write-baseline"]);
    assert.equal(code, 0, err);
  };
  const quiet = (args: readonly string[] = ["k8s"], cwd = "."): readonly string[] =>
    cli
      .run(["lint", "--quiet", ...(cwd === "." ? USE : ["--baseline", `../${FILE}`]), ...args], { cwd })
      .out.split("\n")
      .filter((line) => line !== "");

  it("is written without output and leaves everything out that was there", () => {
    assert.equal(cli.run(["lint", "k8s"]).code, 1);
    const { code, out, err } = cli.run(["lint", "k8s", ...USE, "--write-baseline"]);
    assert.equal(code, 0);
    assert.equal(out, "");
    assert.match(err, /^vllm-k8s: \d+ findings written to known\.json\n$/);
    const after = cli.run(["lint", "k8s", ...USE]);
    assert.equal(after.code, 0);
    assert.match(after.out, /^No new findings in 1 file\.\n\d+ findings of the baseline left out\.\n$/);
    const { summary } = JSON.parse(cli.run(["lint", "k8s", ...USE, "--format=json"]).out) as {
      summary: { known: number; error: number };
    };
    assert.ok(summary.known >= 2);
    assert.equal(summary.error, 0);
  });

  it("knows a finding again after its line has moved, from any folder", () => {
    write();
    cli.write({ "k8s/chat.yaml": `# a line\n${PLAIN}---\n${BAD}` });
    assert.deepEqual(quiet(), []);
    assert.deepEqual(quiet(["."], "k8s"), []);
  });

  it("tells what is new: a touched line, another file, one more of a kind", () => {
    write();
    cli.write({ "k8s/chat.yaml": BAD.replace("parallel-size=2", "parallel-size=2 # both cards") });
    const touched = quiet();
    assert.equal(touched.length, 1);
    assert.match(touched[0] ?? "", /storage\/shm-missing/);
    cli.write({ "k8s/chat.yaml": BAD, "other/chat.yaml": BAD });
    assert.ok(quiet(["other"]).length > 0);
    const second = BAD.split("---")[0]?.replace("name: chat", "name: other") ?? "";
    cli.write({ "k8s/chat.yaml": `${BAD}---\n${second}` });
    const more = quiet();
    assert.ok(more.length > 0);
    assert.ok(more.every((line) => Number(line.split(":")[1]) > BAD.split("\n").length - 1));
  });

  it("lists what is no longer there, of the files that it looked at or that are gone", () => {
    cli.write({ "k8s/other.yaml": BAD });
    write();
    cli.write({ "k8s/chat.yaml": PLAIN });
    const { code, out } = cli.run(["lint", "k8s/chat.yaml", ...USE]);
    assert.equal(code, 0);
    assert.match(out, /\d+ of the baseline are no longer found; --write-baseline takes them out:\n/);
    assert.match(out, /^ {2}k8s\/chat\.yaml {2}storage\/shm-missing$/m);
    assert.doesNotMatch(out, /other\.yaml/);
    rmSync(cli.path("k8s/other.yaml"));
    const { summary } = JSON.parse(cli.run(["lint", "k8s/chat.yaml", ...USE, "--format=json"]).out) as {
      summary: { stale: { file: string; rule: string; count: number }[] };
    };
    const files = new Set(summary.stale.map(({ file }) => file));
    assert.deepEqual([...files].sort(), ["k8s/chat.yaml", "k8s/other.yaml"]);
    assert.ok(summary.stale.every(({ count, rule }) => count === 1 && rule.includes("/")));
    write();
    assert.doesNotMatch(cli.run(["lint", "k8s", ...USE]).out, /no longer/);
  });

  it("holds no text of a manifest and is the same each time", () => {
    write();
    const first = readFileSync(cli.path(FILE), "utf8");
    assert.match(first, /^ {6}"startup\/vllm-port-service-collision [0-9a-f]{16}": 1,?$/m);
    assert.doesNotMatch(first, /name: vllm|chat:/);
    write();
    assert.equal(readFileSync(cli.path(FILE), "utf8"), first);
  });

  it("says what is wrong with its file, and never overwrites one by reading", () => {
    const code = (args: readonly string[]): readonly [number | null, string] => {
      const { code, err } = cli.run(["lint", "k8s", ...args]);
      return [code, err];
    };
    assert.deepEqual(code(USE), [
      2,
      "vllm-k8s: known.json: no such file or directory; --write-baseline makes it\n",
    ]);
    for (const text of [
      "",
      "{}",
      "[]",
      `{"version":2,"findings":{}}`,
      `{"version":1,"findings":{"a":{"b":"c"}}}`,
    ]) {
      cli.write({ [FILE]: text });
      assert.deepEqual(code(USE), [
        2,
        "vllm-k8s: known.json: no baseline of vllm-k8s; --write-baseline makes it anew\n",
      ]);
    }
    assert.match(code(["--write-baseline"])[1], /--write-baseline needs --baseline FILE/);
    assert.match(
      code(["--baseline", "no/such/folder.json", "--write-baseline"])[1],
      /no such file or directory/,
    );
  });
});
