import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Ajv from "ajv";
import { parse, parseAllDocuments, stringify } from "yaml";
import { GENERATED_KINDS } from "../../../src/service";
import { serviceWith } from "../../service";
import { SCHEMAS, STACK_VALUES as VALUES_SCHEMA } from "./schemas";
import { CASES, DEPLOYMENT, filled, findings, made, STACK_VALUES } from "./workloads";

const ajv = new Ajv({ strict: true, allErrors: true });

describe("generated manifests", () => {
  for (const { name, kind, workload, server } of CASES)
    it(`${name}: has the shape that its reader takes`, () => {
      for (const document of parseAllDocuments(made(kind, workload, server))) {
        const object = document.toJS() as { kind?: string };
        const schema = object.kind === undefined ? VALUES_SCHEMA : SCHEMAS[object.kind];
        const validate = ajv.compile(schema ?? assert.fail(`no schema for ${object.kind}`));
        assert.ok(validate(object), ajv.errorsText(validate.errors));
      }
    });

  for (const { name, kind, workload } of CASES.filter(({ workload }) => workload.startsWith(DEPLOYMENT)))
    it(`${name}: leaves nothing to find beside its workload`, () => {
      const files = {
        "k/server.yaml": workload.replace("  replicas: 1\n", ""),
        "k/made.yaml": filled(made(kind, workload)),
      };
      assert.deepEqual(findings(serviceWith(files), ["k/made.yaml"]), []);
    });

  it("have a case for each kind", () => {
    assert.deepEqual(new Set(CASES.map(({ kind }) => kind)), new Set(GENERATED_KINDS));
  });

  it("that cannot be made say why", () => {
    const problem = (kind: (typeof GENERATED_KINDS)[number], text: string, server?: number): string => {
      const answer = serviceWith({ "k/a.yaml": text }).scaling("k/a.yaml").generate(kind, server);
      return "problem" in answer ? answer.problem : "none";
    };
    assert.match(problem("hpa", "a: 1"), /No vLLM workload/);
    assert.match(problem("service-monitor", DEPLOYMENT), /No Service in view/);
    assert.match(problem("kserve", DEPLOYMENT), /a Deployment takes a ScaledObject/);
    assert.match(problem("production-stack", DEPLOYMENT), /values of vLLM's production-stack/);
    const kserve = CASES.find(({ kind }) => kind === "kserve")?.workload ?? "";
    assert.match(problem("scaled-object", kserve), /KServe makes the Deployment/);
    const knative = kserve.replace(
      "    minReplicas: 2\n",
      "    minReplicas: 2\n    scaleMetric: concurrency\n",
    );
    assert.match(problem("kserve", knative), /refuses `scaleMetric`/);
    assert.match(
      problem("hpa", DEPLOYMENT.replace("kind: Deployment", "kind: DaemonSet")),
      /no number of replicas/,
    );
    const ray = STACK_VALUES.replace(
      "    vllmConfig:",
      "    raySpec: {headNode: {requestCPU: 1}}\n    vllmConfig:",
    );
    assert.match(problem("production-stack", ray, 1), /no ScaledObject for an entry with a `raySpec`/);
    const scaled = STACK_VALUES + "    keda: {enabled: true, triggers: [{type: cpu}]}\n";
    assert.match(problem("production-stack", scaled, 1), /has `keda.triggers` already/);
  });

  it("promtool accepts the alerts", () => {
    const { spec } = parse(made("prometheus-rule", DEPLOYMENT)) as {
      readonly spec: { readonly groups: readonly unknown[] };
    };
    const folder = mkdtempSync(join(tmpdir(), "vllm-k8s-rules-"));
    writeFileSync(join(folder, "rules.yaml"), stringify({ groups: spec.groups }));
    const { status, stderr, error } = spawnSync("promtool", ["check", "rules", join(folder, "rules.yaml")], {
      encoding: "utf8",
    });
    rmSync(folder, { recursive: true });
    assert.equal(error, undefined, "promtool is missing: install Debian's package prometheus");
    assert.equal(status, 0, stderr);
  });
});
