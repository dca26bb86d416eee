import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, readFileSync, readdirSync, statSync, symlinkSync, lstatSync } from "node:fs";
import { BAD, Cli, PLAIN } from "./run-cli";

describe("vllm-k8s fix", () => {
  let cli: Cli;
  before(() => (cli = new Cli()));
  after(() => cli.clean());

  const read = (name: string): string => readFileSync(cli.path(name), "utf8");

  it("writes the safe fixes, once", () => {
    cli.write({ "one/a.yaml": BAD, "one/b.yaml": PLAIN });
    const before = statSync(cli.path("one/b.yaml")).mtimeMs;
    const first = cli.run(["fix", "one"]);
    assert.equal(first.code, 0);
    assert.equal(first.out, "fixed one/a.yaml\n");
    assert.match(read("one/a.yaml"), /enableServiceLinks: false/);
    assert.equal(statSync(cli.path("one/b.yaml")).mtimeMs, before);
    const fixed = read("one/a.yaml");
    const second = cli.run(["fix", "one"]);
    assert.match(second.err, /Nothing to fix/);
    assert.equal(read("one/a.yaml"), fixed);
    assert.deepEqual(readdirSync(cli.path("one")), ["a.yaml", "b.yaml"]);
  });

  it("shows a diff that patch takes, and writes nothing", function () {
    cli.write({ "dry/a.yaml": BAD });
    const { code, out } = cli.run(["fix", "--dry-run", "dry"]);
    assert.equal(code, 0);
    assert.equal(read("dry/a.yaml"), BAD);
    assert.match(out, /^--- a\/dry\/a\.yaml\n\+\+\+ b\/dry\/a\.yaml\n@@ -\d+,\d+ \+\d+,\d+ @@\n/);
    cli.run(["fix", "dry"]);
    const fixed = read("dry/a.yaml");
    cli.write({ "dry/a.yaml": BAD });
    const applied = spawnSync("git", ["apply", "--unsafe-paths", "-"], {
      cwd: cli.folder,
      input: out,
      encoding: "utf8",
    });
    if (applied.error) this.skip();
    assert.equal(applied.stderr, "");
    assert.equal(read("dry/a.yaml"), fixed);
  });

  it("keeps Windows line ends and the byte order mark", () => {
    cli.write({ "win/a.yaml": "\ufeff" + BAD.replaceAll("\n", "\r\n") });
    cli.write({ "unix/a.yaml": BAD });
    cli.run(["fix", "win", "unix"]);
    const fixed = read("win/a.yaml");
    assert.doesNotMatch(fixed, /[^\r]\n/);
    assert.equal(fixed, "\ufeff" + read("unix/a.yaml").replaceAll("\n", "\r\n"));
  });

  it("fixes one rule, also where its fix is only suggested", () => {
    cli.write({ "rule/a.yaml": BAD });
    cli.run(["fix", "rule", "--rule", "startup/vllm-port-service-collision"]);
    assert.match(read("rule/a.yaml"), /enableServiceLinks/);
    assert.doesNotMatch(read("rule/a.yaml"), /dshm/);
    cli.write({ "rule/a.yaml": BAD });
    cli.run(["fix", "rule", "--rule", "liveness-kills-loading"]);
    assert.match(read("rule/a.yaml"), /startupProbe/);
    const unknown = cli.run(["fix", "rule", "--rule", "startup/liveness-kills-load"]);
    assert.equal(unknown.code, 2);
    assert.match(unknown.err, /did you mean startup\/liveness-kills-loading\?/);
  });

  it("passes standard input on, fixed", () => {
    const { code, out } = cli.run(["fix", "-"], { stdin: BAD });
    assert.equal(code, 0);
    assert.match(out, /enableServiceLinks: false/);
    assert.equal(cli.run(["fix", "-"], { stdin: PLAIN }).out, PLAIN);
  });

  it("keeps links and modes, and leaves alone what it may not write", function () {
    if (process.platform === "win32") this.skip();
    cli.write({ "real/a.yaml": BAD });
    chmodSync(cli.path("real/a.yaml"), 0o640);
    cli.write({ "linked/x.yaml": PLAIN });
    symlinkSync("../real/a.yaml", cli.path("linked/a.yaml"));
    assert.equal(cli.run(["fix", "linked/a.yaml"]).code, 0);
    assert.ok(lstatSync(cli.path("linked/a.yaml")).isSymbolicLink());
    assert.match(read("real/a.yaml"), /enableServiceLinks/);
    assert.equal(statSync(cli.path("real/a.yaml")).mode & 0o777, 0o640);
    if (process.getuid?.() === 0) return;
    cli.write({ "locked/a.yaml": BAD });
    chmodSync(cli.path("locked/a.yaml"), 0o444);
    const locked = cli.run(["fix", "locked"]);
    assert.equal(locked.code, 2);
    assert.match(locked.err, /locked\/a\.yaml: permission denied/);
    assert.equal(read("locked/a.yaml"), BAD);
  });

  it("never writes a file back that is not UTF-8", () => {
    const bytes = Buffer.from(BAD.replace("chat", "ch\u00e4t"), "latin1");
    cli.write({ "latin/a.yaml": bytes });
    assert.equal(cli.run(["fix", "latin"]).code, 2);
    assert.deepEqual(readFileSync(cli.path("latin/a.yaml")), bytes);
  });
});
