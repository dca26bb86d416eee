import { readFileSync } from "node:fs";
import assert from "node:assert/strict";
import { version } from "../../package.json";
import { RULES } from "../../src/rules/index";
import { BAD, Cli, PLAIN } from "./run-cli";

describe("vllm-k8s", () => {
  let cli: Cli;
  before(() => (cli = new Cli()));
  after(() => cli.clean());

  it("tells its version and how it is used", () => {
    assert.equal(cli.run(["--version"]).out, `${version}\n`);
    for (const args of [["--help"], ["-h"], ["help"]]) {
      const { code, out } = cli.run(args);
      assert.equal(code, 0);
      assert.match(out, /^Usage: vllm-k8s <command>/m);
    }
    for (const command of ["lint", "fix", "size", "simulate", "generate", "init", "migrate", "explain"]) {
      for (const args of [
        [command, "--help"],
        ["help", command],
      ]) {
        const { code, out } = cli.run(args);
        assert.equal(code, 0);
        assert.match(out, new RegExp(`^Usage: vllm-k8s ${command} `, "m"));
      }
    }
  });

  it("exits 2 on wrong usage, with a hint and no stack", () => {
    cli.write({ "k8s/a.yaml": PLAIN });
    const cases: readonly (readonly [args: readonly string[], hint: RegExp])[] = [
      [[], /Usage: vllm-k8s/],
      [["lnt"], /did you mean lint\?/],
      [["k8s"], /did you mean `vllm-k8s lint k8s`\?/],
      [["--lint"], /unknown option --lint/],
      [["lint", "--fromat=json"], /unknown option --fromat; did you mean --format\?/],
      [["lint", "--format", "xml"], /--format must be one of text, json, sarif, github, not "xml"/],
      [["lint", "--fail-on", "errors"], /--fail-on must be one of/],
      [["lint", "--format"], /--format/],
      [["size"], /size needs a FILE/],
      [["migrate", "k8s/a.yaml"], /one FILE and --to/],
      [["migrate", "k8s/a.yaml", "--to", "2.0"], /a release up to/],
      [["explain", "a", "b"], /one rule/],
      [["explain", "memory/nothing-like-that-at-all"], /explain/],
    ];
    for (const [args, hint] of cases) {
      const { code, out, err } = cli.run(args);
      assert.equal(code, 2, args.join(" "));
      assert.equal(out, "");
      assert.match(err, hint);
      assert.doesNotMatch(err, /\n\s+at /);
    }
  });

  it("explains each rule, and lists them", () => {
    const { out } = cli.run(["explain"]);
    assert.deepEqual(
      out
        .trimEnd()
        .split("\n")
        .map((line) => line.split(/\s+/)[0]),
      RULES.map(({ id }) => id),
    );
    const rule = RULES[0];
    assert.ok(rule);
    const page = cli.run(["explain", rule.id]);
    assert.equal(page.code, 0);
    assert.match(page.out, new RegExp(rule.id.split("/")[1] ?? ""));
    const near = cli.run(["explain", rule.id + "x"]);
    assert.equal(near.code, 2);
    assert.ok(near.err.includes(`did you mean ${rule.id}?`), near.err);
  });

  it("sizes the servers of a file as text and as the JSON of the contract", () => {
    cli.write({ "size/a.yaml": BAD });
    const text = cli.run(["size", "size/a.yaml"]);
    assert.equal(text.code, 0);
    assert.match(text.out, /^Deployment chat, container server {2}size\/a\.yaml$/m);
    assert.match(text.out, /weights +\S+ GiB +█/);
    const { servers } = JSON.parse(cli.run(["size", "--format=json", "size/a.yaml"]).out) as {
      servers: Record<string, unknown>[];
    };
    assert.equal(servers.length, 1);
    const [server = {}] = servers;
    assert.deepEqual(Object.keys(server), [
      "file", "object", "container", "model", "gpu", "vllmVersion", "parallel", "perGpu", "kv", "fits", "reasons", "assumptions", "host"]); // prettier-ignore
    assert.equal(server.file, "size/a.yaml");
    assert.deepEqual(server.object, { kind: "Deployment", name: "chat" });
    assert.deepEqual(server.parallel, { tp: 2, pp: 1, dp: 1 });
    assert.equal(server.fits, "yes");
  });

  it("migrates a manifest: shows it, then writes it", () => {
    cli.write({ "chat.yaml": BAD });
    const shown = cli.run(["migrate", "chat.yaml", "--to", "0.28.0"]);
    assert.match(shown.out, /^## To vLLM 0\.28\.0$/m);
    assert.match(shown.out, /^\+ +image: vllm\/vllm-openai:v0\.28\.0$/m);
    assert.equal(readFileSync(cli.path("chat.yaml"), "utf8"), BAD);
    assert.match(cli.run(["migrate", "chat.yaml", "--to=0.28.0", "--write"]).out, /wrote chat\.yaml/);
    assert.equal(readFileSync(cli.path("chat.yaml"), "utf8"), BAD.replace("v0.11.0", "v0.28.0"));
  });

  it("generates an autoscaler: prints it, or puts it beside the workload", () => {
    cli.write({ "made/chat.yaml": BAD, "made/kustomization.yaml": "resources: [chat.yaml]\n" });
    const shown = cli.run(["generate", "scaled-object", "made/chat.yaml"]);
    assert.match(shown.out, /^kind: ScaledObject$/m);
    const written = cli.run(["generate", "scaled-object", "made/chat.yaml", "--write"]);
    assert.equal(written.code, 0, written.err);
    assert.match(written.out, /wrote made\/kustomization\.yaml\nwrote made\/[\w-]+-scaled-object\.yaml/);
    const name = /wrote made\/([\w-]+-scaled-object\.yaml)/.exec(written.out)?.[1] ?? "";
    assert.equal(readFileSync(cli.path(`made/${name}`), "utf8"), shown.out);
    assert.equal(
      readFileSync(cli.path("made/kustomization.yaml"), "utf8"),
      `resources: [chat.yaml, ${name}]\n`,
    );
    assert.doesNotMatch(readFileSync(cli.path("made/chat.yaml"), "utf8"), /^ {2}replicas:/m);
    const cases = [
      [["kserve", "made/chat.yaml"], /a Deployment takes a ScaledObject/],
      [["hpa", "made/chat.yaml", "--server", "0"], /--server must be a number from 1/],
      [["hpa", "made/chat.yaml", "--server", "7"], /No vLLM workload/],
      [["pod"], /KIND must be one of/],
    ] as const;
    for (const [args, hint] of cases) {
      const { code, err } = cli.run(["generate", ...args]);
      assert.equal(code, 2);
      assert.match(err, hint);
    }
  });

  it("what is not known is null in a size", () => {
    const unknown = BAD.replace(/ {6}nodeSelector:\n.*\n/, "").replace(
      "Qwen/Qwen2.5-7B-Instruct",
      "acme/nobody-knows",
    );
    const { out, code } = cli.run(["size", "--format=json", "-"], { stdin: unknown });
    assert.equal(code, 0);
    const { servers } = JSON.parse(out) as {
      servers: { gpu: { name: unknown }; perGpu: object; fits: string }[];
    };
    assert.equal(servers[0]?.gpu.name, null);
    assert.equal(servers[0].fits, "unknown");
    assert.doesNotMatch(out, /NaN|Infinity|undefined/);
  });

  it("says when there is nothing to size, and what cannot be read", () => {
    cli.write({ "none/a.yaml": PLAIN });
    const none = cli.run(["size", "none/a.yaml"]);
    assert.equal(none.code, 0);
    assert.match(none.err, /no vLLM server in none\/a\.yaml/);
    const missing = cli.run(["size", "none/b.yaml"]);
    assert.equal(missing.code, 2);
    assert.match(missing.err, /none\/b\.yaml: no such file/);
  });
});
