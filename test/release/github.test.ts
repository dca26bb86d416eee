import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import Ajv2020 from "ajv/dist/2020";
import { parse } from "yaml";
import { engines, scripts } from "../../package.json";
import { BAD, Cli } from "../cli/run-cli";
import schema from "./workflow.schema.json";

const root = resolve(__dirname, "../..");
const read = (file: string): string => readFileSync(join(root, file), "utf8");

interface Workflow {
  readonly jobs: Readonly<
    Record<
      string,
      { strategy?: { matrix: { include: Record<string, string>[] } }; steps: { run?: string }[] }
    >
  >;
}

describe("what GitHub runs", () => {
  const validate = new Ajv2020({ allowUnionTypes: true }).compile(schema);
  const folder = ".github/workflows";
  const workflows = readdirSync(join(root, folder)).map(
    (name) => [name, parse(read(`${folder}/${name}`)) as Workflow] as const,
  );

  for (const [name, workflow] of workflows) {
    it(`${name} is a workflow whose npm scripts exist`, () => {
      assert.ok(validate(workflow), JSON.stringify(validate.errors, null, 2));
      const runs = Object.values(workflow.jobs).flatMap(({ steps }) => steps.map(({ run = "" }) => run));
      const called = runs.flatMap((run) =>
        [...run.matchAll(/npm run ([\w:]+)/g)].map(([, script]) => script ?? ""),
      );
      assert.ok(called.length > 0);
      for (const script of called) assert.ok(Object.hasOwn(scripts, script), script);
      // What an event brings along may hold anything: it goes through the environment.
      for (const run of runs) assert.doesNotMatch(run, /\$\{\{\s*(github|inputs|env)\b/);
    });
  }

  it("notices a key that GitHub does not know, a job without steps and a schedule that is none", () => {
    const sound = (): Record<string, Record<string, unknown>> =>
      parse(read(`${folder}/ci.yml`)) as Record<string, Record<string, unknown>>;
    assert.ok(validate(sound()));
    assert.ok(!validate({ ...sound(), trigger: {} }));
    assert.ok(!validate({ ...sound(), on: { schedule: [{ cron: "nightly" }] } }));
    const { check } = sound().jobs as Record<string, { steps?: unknown }>;
    assert.ok(!validate({ ...sound(), jobs: { check: { ...check, steps: undefined } } }));
    assert.ok(!validate({ ...sound(), jobs: { check: { ...check, runs_on: "x" } } }));
  });

  it("tests on the floor of the engine's range, the newest, and the embedded editor", () => {
    const include = workflows.flatMap(([, { jobs }]) => jobs.editor?.strategy?.matrix.include ?? []);
    const floor = engines.vscode.replace("^", "");
    assert.deepEqual(
      include.map(({ vscode }) => vscode).sort(),
      [floor, "embedded", "embedded", "embedded", "embedded", "newest"].sort(),
    );
  });

  it("has issue forms with what GitHub requires", () => {
    const forms = readdirSync(join(root, ".github/ISSUE_TEMPLATE")).filter((name) => name !== "config.yml");
    for (const name of forms) {
      const form = parse(read(`.github/ISSUE_TEMPLATE/${name}`)) as {
        name: string;
        description: string;
        body: { type: string; id: string; attributes: { label: string } }[];
      };
      assert.ok(form.name && form.description && form.body.length > 0, name);
      for (const { type, id, attributes } of form.body)
        assert.ok(["input", "textarea"].includes(type) && id && attributes.label, `${name} ${id}`);
    }
  });

  it("the problem matcher reads what lint prints", () => {
    const { problemMatcher } = JSON.parse(read(".github/problem-matcher.json")) as {
      problemMatcher: { pattern: { regexp: string; code: number; line: number }[] }[];
    };
    const [pattern] = problemMatcher[0]?.pattern ?? [];
    assert.ok(pattern);
    const cli = new Cli();
    cli.write({ "k8s/a.yaml": BAD });
    const lines = cli.run(["lint", "--quiet", "k8s"]).out.trimEnd().split("\n");
    cli.clean();
    assert.ok(lines.length > 1);
    for (const line of lines) {
      const found = new RegExp(pattern.regexp).exec(line);
      assert.match(found?.[pattern.code] ?? line, /^[a-z]+\/[a-z0-9-]+$/);
      assert.match(found?.[pattern.line] ?? line, /^\d+$/);
    }
  });

  it("the pre-commit hook is one that pre-commit takes", () => {
    const [hook] = parse(read(".pre-commit-hooks.yaml")) as Record<string, unknown>[];
    assert.deepEqual(Object.keys(hook ?? {}).sort(), [
      "description",
      "entry",
      "id",
      "language",
      "name",
      "types",
    ]);
    assert.equal(hook?.language, "node");
    assert.ok(Object.hasOwn(scripts, "prepack"), "pre-commit packs the checkout");
  });
});
