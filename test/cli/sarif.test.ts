import assert from "node:assert/strict";
import { Ajv } from "ajv";
import { RULES } from "../../src/rules/index";
import { BAD, Cli } from "./run-cli";
import { SARIF_SCHEMA } from "./sarif-schema";

describe("vllm-k8s lint --format sarif", () => {
  let cli: Cli;
  before(() => (cli = new Cli()));
  after(() => cli.clean());

  const validate = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true }).compile(SARIF_SCHEMA);

  interface Run {
    readonly tool: {
      readonly driver: { readonly rules: readonly { readonly id: string; readonly helpUri: string }[] };
    };
    readonly invocations: readonly { readonly executionSuccessful: boolean }[];
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly locations: readonly {
        readonly physicalLocation: {
          readonly artifactLocation: { readonly uri: string };
          readonly region: object;
        };
      }[];
      readonly fixes?: readonly object[];
    }[];
  }

  function sarif(args: readonly string[]): Run {
    const log = JSON.parse(cli.run(["lint", "--format=sarif", ...args]).out) as { runs: Run[] };
    assert.ok(validate(log), JSON.stringify(validate.errors, null, 1));
    const [run] = log.runs;
    assert.ok(run);
    return run;
  }

  it("is valid and holds every rule with its page", () => {
    cli.write({ "a b/ü.yaml": BAD });
    const run = sarif(["a b"]);
    assert.deepEqual(
      run.tool.driver.rules.map(({ id }) => id),
      RULES.map(({ id }) => id),
    );
    for (const { id, helpUri } of run.tool.driver.rules) assert.ok(helpUri.endsWith(`docs/rules/${id}.md`));
    assert.equal(run.invocations[0]?.executionSuccessful, true);
  });

  it("gives each result its rule, place and fixes", () => {
    cli.write({ "a b/ü.yaml": BAD });
    const run = sarif(["a b"]);
    for (const { ruleId, ruleIndex } of run.results)
      assert.equal(run.tool.driver.rules[ruleIndex]?.id, ruleId);
    const result = run.results.find(({ ruleId }) => ruleId === "startup/vllm-port-service-collision");
    assert.ok(result);
    assert.equal(result.level, "error");
    const { artifactLocation, region } = result.locations[0]?.physicalLocation ?? {};
    assert.equal(artifactLocation?.uri, "a%20b/%C3%BC.yaml");
    assert.deepEqual(region, { startLine: 15, startColumn: 17, endLine: 15, endColumn: 23 });
    assert.ok((result.fixes?.length ?? 0) > 0);
  });

  it("tells of what could not be read, and of mistakes in a config file", () => {
    cli.write({ "c/a.yaml": BAD, "c/.vllm-k8s.yaml": "rulez: 1\n" });
    const run = sarif(["c", "none.yaml"]);
    assert.equal(run.invocations[0]?.executionSuccessful, false);
    assert.ok(run.results.length > 0);
  });
});
