import assert from "node:assert/strict";
import { chmodSync, mkdirSync, symlinkSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { BAD, Cli, PLAIN } from "./run-cli";

interface Report {
  readonly findings: readonly {
    readonly file: string;
    readonly rule: string;
    readonly severity: string;
    readonly message: string;
    readonly range: { readonly start: { readonly line: number; readonly character: number } };
    readonly docs: string;
    readonly fixes: readonly {
      readonly title: string;
      readonly safe: boolean;
      readonly edits: readonly { readonly file: string; readonly newText: string }[];
    }[];
  }[];
  readonly files: number;
  readonly summary: {
    readonly error: number;
    readonly warning: number;
    readonly skipped: readonly { readonly file: string; readonly reason: string }[];
    readonly problems: readonly {
      readonly file: string;
      readonly message: string;
      readonly range: unknown;
    }[];
  };
}

describe("vllm-k8s lint", () => {
  let cli: Cli;
  before(() => (cli = new Cli()));
  after(() => cli.clean());

  function json(args: readonly string[], options: Parameters<Cli["run"]>[1] = {}): Report {
    return JSON.parse(cli.run(["lint", "--format", "json", ...args], options).out) as Report;
  }

  it("exits 0 on clean input, 1 on findings at or above --fail-on", () => {
    cli.write({ "clean/a.yaml": PLAIN, "bad/a.yaml": BAD });
    assert.equal(cli.run(["lint", "clean"]).code, 0);
    assert.equal(cli.run(["lint", "bad"]).code, 1);
    assert.equal(cli.run(["lint", "bad", "--fail-on", "never"]).code, 0);
    cli.write({ "soft/.vllm-k8s.yaml": softer("warning"), "soft/a.yaml": BAD });
    assert.equal(cli.run(["lint", "soft"]).code, 0);
    assert.equal(cli.run(["lint", "soft", "--fail-on=warning"]).code, 1);
  });

  it("knows the server in another folder of the repository, and none of another environment", () => {
    cli.write({
      "scope/server/chat.yaml": BAD,
      "scope/scaling/hpa.yaml": scalerOf("chat"),
      "envs/prod/chat.yaml": BAD.replaceAll("vllm/vllm-openai", "example.com/other"),
      "envs/prod/hpa.yaml": scalerOf("chat"),
      "envs/dev/chat.yaml": BAD,
    });
    const rules = (file: string): readonly string[] => json([file]).findings.map(({ rule }) => rule);
    assert.deepEqual(rules("scope/scaling/hpa.yaml"), ["autoscaling/blind-signal"]);
    assert.deepEqual(rules("envs/prod/hpa.yaml"), []);
  });

  it("prints a line for problem matchers, the source with carets, and a summary", () => {
    cli.write({ "text/a.yaml": BAD });
    const { out } = cli.run(["lint", "text"]);
    const matcher = /^(.+):(\d+):(\d+) {2}(error|warning|info|hint) {2}(.*) {2}(\S+)$/m;
    const [, file, line, column, severity, , rule] = matcher.exec(out) ?? [];
    assert.deepEqual(
      [file, line, column, severity, rule],
      ["text/a.yaml", "15", "17", "error", "startup/vllm-port-service-collision"],
    );
    assert.match(out, /^ {2}15 \| {9}- name: server\n {5}\| {17}\^{6}\n {5}= /m);
    assert.match(out, /^\d+ findings in 1 file: \d+ errors/m);
    assert.doesNotMatch(out, /\x1b/);
  });

  it("prints findings alone when it is told to be quiet", () => {
    cli.write({ "text/a.yaml": BAD });
    const { out } = cli.run(["lint", "text", "--quiet"]);
    for (const line of out.trimEnd().split("\n"))
      assert.match(line, /^text\/a\.yaml:\d+:\d+ {2}\w+ {2}.* {2}\S+\/\S+$/);
  });

  it("gives the JSON of the contract", () => {
    cli.write({ "json/a.yaml": BAD, "json/b.yml": PLAIN });
    const report = json(["json"]);
    assert.equal(report.files, 2);
    const finding = report.findings.find(({ rule }) => rule === "startup/vllm-port-service-collision");
    assert.ok(finding);
    assert.equal(finding.file, "json/a.yaml");
    assert.deepEqual(finding.range, { start: { line: 14, character: 16 }, end: { line: 14, character: 22 } });
    assert.match(finding.docs, /docs\/rules\/startup\/vllm-port-service-collision\.md$/);
    assert.equal(finding.fixes[0]?.safe, true);
    assert.equal(finding.fixes[0]?.edits[0]?.file, "json/a.yaml");
    assert.match(finding.fixes[0]?.edits[0]?.newText ?? "", /enableServiceLinks: false/);
    assert.equal(report.summary.error, report.findings.filter(({ severity }) => severity === "error").length);
  });

  it("gives GitHub annotations with everything escaped that has a meaning there", () => {
    const odd = BAD.replace("Qwen/Qwen2.5-7B-Instruct", '"Qwen/Qwen2.5-7B-Instruct"');
    cli.write({ "git hub/a,b.yaml": odd });
    const { out, code } = cli.run(["lint", "git hub", "--format=github"]);
    assert.equal(code, 1);
    for (const line of out.trimEnd().split("\n")) {
      assert.match(
        line,
        /^::(error|warning|notice) file=git hub\/a%2Cb\.yaml,line=\d+,endLine=\d+(,col=\d+,endColumn=\d+)?,title=[^:,]+::\S/,
      );
      assert.match(line, /%0Ahttps:/);
    }
    const below = cli.run(["lint", ".", "--format=github"], {
      cwd: "git hub",
      env: { GITHUB_WORKSPACE: cli.folder },
    });
    assert.match(below.out, /file=git hub\/a%2Cb\.yaml/);
  });

  it("reads standard input", () => {
    const { out, code } = cli.run(["lint", "-"], { stdin: BAD });
    assert.equal(code, 1);
    assert.match(out, /^<stdin>:15:17 /);
    assert.equal(cli.run(["lint", "-"], { stdin: PLAIN }).code, 0);
  });

  it("lints the current folder by default and leaves out what is not its own", () => {
    cli.write({
      "walk/a.yaml": BAD,
      "walk/deep/er/b.YML": BAD,
      "walk/.hidden/c.yaml": BAD,
      "walk/node_modules/d.yaml": BAD,
      "walk/e.json": BAD,
    });
    const report = json([], { cwd: "walk" });
    assert.deepEqual([...new Set(report.findings.map(({ file }) => file))], ["a.yaml", "deep/er/b.YML"]);
    assert.equal(report.files, 2);
  });

  it("is not caught in links that go round, nor in pipes", function () {
    if (process.platform === "win32") this.skip();
    cli.write({ "loop/in/a.yaml": BAD });
    symlinkSync("..", cli.path("loop/in/up"));
    symlinkSync("a.yaml", cli.path("loop/in/again.yaml"));
    symlinkSync("nowhere.yaml", cli.path("loop/in/broken.yaml"));
    spawnSync("sh", ["-c", 'mkfifo "$0"', cli.path("loop/in/pipe.yaml")]);
    const report = json(["loop"]);
    assert.equal(report.files, 1);
    assert.equal(report.summary.problems.length, 0);
  });

  it("a file alone sees its neighbours, and only it is reported on", () => {
    const [server = "", service = ""] = BAD.split("---\n");
    cli.write({ "near/server.yaml": server, "near/service.yaml": service });
    const report = json(["near/server.yaml"]);
    assert.ok(report.findings.some(({ rule }) => rule === "startup/vllm-port-service-collision"));
    assert.deepEqual(new Set(report.findings.map(({ file }) => file)), new Set(["near/server.yaml"]));
    assert.equal(report.files, 1);
  });

  it("exits 2 and names what cannot be read; the rest is linted", function () {
    cli.write({ "some/a.yaml": BAD });
    const missing = cli.run(["lint", "some", "nowhere.yaml"]);
    assert.equal(missing.code, 2);
    assert.match(missing.err, /nowhere\.yaml: no such file or directory/);
    assert.match(missing.out, /some\/a\.yaml:15:17/);
    cli.write({ "latin/a.yaml": Buffer.from(BAD.replace("chat", "ch\u00e4t"), "latin1") });
    const latin = cli.run(["lint", "latin"]);
    assert.equal(latin.code, 2);
    assert.match(latin.err, /latin\/a\.yaml: not UTF-8/);
    if (process.getuid?.() === 0) return;
    cli.write({ "locked/a.yaml": BAD });
    chmodSync(cli.path("locked/a.yaml"), 0);
    const locked = cli.run(["lint", "locked"]);
    assert.equal(locked.code, 2);
    assert.match(locked.err, /locked\/a\.yaml: permission denied/);
  });

  it("says what it did not look at", () => {
    cli.write({
      "big/a.yaml": BAD + "#".repeat(2_100_000),
      "big/b.yaml": `<<<<<<< a\n${BAD}=======\n>>>>>>> b\n`,
    });
    const { summary } = json(["big"]);
    assert.deepEqual(
      summary.skipped.map(({ file }) => file),
      ["big/a.yaml", "big/b.yaml"],
    );
  });

  it("reads the queries of Grafana dashboards, and leaves other JSON alone", () => {
    const expr =
      "histogram_quantile(0.95, sum by (model_name) (rate(vllm:time_to_first_token_seconds_bucket[5m])))";
    const dashboard = { title: "vLLM", panels: [{ type: "timeseries", targets: [{ expr, refId: "A" }] }] };
    cli.write({
      "grafana/board.json": JSON.stringify(dashboard, null, 2),
      "grafana/other.json": JSON.stringify({ name: "vllm", panels: 1, expr }),
      "grafana/package.json": JSON.stringify({ name: "vllm" }),
    });
    const { findings, files } = json(["grafana"]);
    assert.equal(files, 2);
    const [found] = findings.filter(({ file }) => file === "grafana/board.json");
    assert.equal(found?.rule, "alerting/quantile-shape");
    assert.match(found.message, /`le`/);
    const line = JSON.stringify(dashboard, null, 2)
      .split("\n")
      .findIndex((each) => each.includes("expr"));
    assert.equal(found.range.start.line, line);
  });

  it("says when a folder holds no YAML", () => {
    mkdirSync(cli.path("empty"));
    const { code, err } = cli.run(["lint", "empty"]);
    assert.equal(code, 0);
    assert.match(err, /no YAML files in empty/);
  });

  it("survives broken YAML of every sort", () => {
    cli.write({
      "broken/a.yaml": `${BAD}---\nvllm: [`,
      "broken/b.yaml": "\0\0vllm\n\t- x: {",
      "broken/c.yaml": "vllm: " + "[".repeat(5000),
      "broken/d.yaml": "",
    });
    const { code, err } = cli.run(["lint", "broken"]);
    assert.equal(code, 1);
    assert.equal(err, "");
  });

  it("keeps control characters of manifests out of the terminal", () => {
    cli.write({
      "esc/a.yaml": BAD.replace("- --max-model-len=8192", "- --max-model-len=8192 # \x1b[31mred\u202e"),
    });
    assert.doesNotMatch(cli.run(["lint", "esc"]).out, /[\x1b\u202e]/);
  });

  it("a comment silences a rule, whatever the host", () => {
    cli.write({ "quiet/a.yaml": `# vllm-k8s-ignore-file startup, storage -- known\n${BAD}` });
    assert.deepEqual(
      json(["quiet"]).findings.filter(({ rule }) => /^(startup|storage)\//.test(rule)),
      [],
    );
  });
});

function softer(severity: string): string {
  const groups = ["startup", "storage", "memory", "scheduling", "lifecycle", "args", "security"];
  return `rules:\n${groups.map((group) => `  ${group}: ${severity}\n`).join("")}`;
}

function scalerOf(target: string): string {
  return `# Scales a vLLM server.
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: ${target}}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: ${target}}
  maxReplicas: 3
  metrics:
    - type: Resource
      resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}
`;
}
