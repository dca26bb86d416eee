import assert from "node:assert/strict";
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Ajv from "ajv";
import { parse, parseAllDocuments, stringify } from "yaml";
import { GENERATED_KINDS } from "../../src/service";
import { SCHEMAS } from "./generated-schemas";
import { serviceWith } from "../service";

const WORKLOAD = readFileSync("examples/good/llama-8b.yaml", "utf8").replace(
  /\n---\napiVersion: keda[^]*$/,
  "\n",
);

function made(kind: (typeof GENERATED_KINDS)[number], workload = WORKLOAD): string {
  const service = serviceWith({ "k/server.yaml": workload });
  const result = service.scaling("k/server.yaml").generate(kind);
  assert.ok(!("problem" in result), "problem" in result ? result.problem : "");
  return result.yaml;
}

const KINDS = GENERATED_KINDS.filter((kind) => kind !== "service-monitor");

interface Trigger {
  readonly metadata: { readonly query: string };
}

interface RuleObject {
  readonly spec: { readonly groups: readonly unknown[] };
}

describe("generated manifests", () => {
  const ajv = new Ajv({ strict: true, allErrors: true });

  for (const kind of KINDS)
    it(`${kind} has the shape that the API takes, and nothing to find`, () => {
      const yaml = made(kind);
      for (const document of parseAllDocuments(yaml)) {
        const object = document.toJS() as { kind: string };
        const validate = ajv.compile(SCHEMAS[object.kind] ?? assert.fail(`no schema for ${object.kind}`));
        assert.ok(validate(object), ajv.errorsText(validate.errors));
      }
      // The address of Prometheus is nowhere in the workload: the placeholder is there to be filled in.
      const filled = yaml.replaceAll(
        "http://<prometheus-service>.<namespace>.svc:9090",
        "http://prometheus.monitoring.svc:9090",
      );
      const service = serviceWith({ "k/server.yaml": WORKLOAD, "k/made.yaml": filled });
      assert.deepEqual(
        service.diagnostics("k/made.yaml").map(({ rule, message }) => `${rule}: ${message}`),
        [],
      );
    });

  it("a service monitor needs a Service to point at", () => {
    const answer = serviceWith({ "k/a.yaml": WORKLOAD }).scaling("k/a.yaml").generate("service-monitor");
    assert.ok("problem" in answer || answer.yaml.includes("kind: ServiceMonitor"));
    assert.ok("problem" in serviceWith({ "k/b.yaml": "a: 1" }).scaling("k/b.yaml").generate("hpa"));
  });

  it("promtool accepts the alerts", () => {
    const { spec } = parse(made("prometheus-rule")) as RuleObject;
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

describe("generated queries in a real Prometheus", () => {
  let prometheus: ChildProcess | undefined;
  let exporter: Server | undefined;
  const folder = mkdtempSync(join(tmpdir(), "vllm-k8s-prom-"));

  after(() => {
    prometheus?.kill("SIGKILL");
    exporter?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("return exactly one series", async function () {
    this.timeout(60_000);
    exporter = createServer((_, response) => response.end(EXPOSITION));
    const target = await listening(exporter);
    const port = await freePort();
    writeFileSync(join(folder, "prometheus.yml"), configFor(target));
    const flags = [
      `--config.file=${join(folder, "prometheus.yml")}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ];
    let missing = false;
    prometheus = spawn("prometheus", flags, { stdio: "ignore" }).on("error", () => (missing = true));
    const { spec } = parse(made("scaled-object")) as { spec: { triggers: readonly Trigger[] } };
    for (const { metadata } of spec.triggers) {
      const series = await seriesOf(port, metadata.query, () => missing);
      assert.equal(series.length, 1, metadata.query);
    }
  });
});

/** Two pods of one model, as vLLM exposes them. */
const EXPOSITION = ["vllm:num_requests_running", "vllm:num_requests_waiting", "vllm:kv_cache_usage_perc"]
  .map(
    (name) => `# TYPE ${name} gauge\n${name}{model_name="meta-llama/Llama-3.1-8B-Instruct",engine="0"} 0.5\n`,
  )
  .join("");

function configFor(target: number): string {
  const job = (pod: string) => ({
    job_name: pod,
    static_configs: [{ targets: [`127.0.0.1:${target}`], labels: { pod, namespace: "llm-inference" } }],
  });
  return stringify({ global: { scrape_interval: "1s" }, scrape_configs: [job("a"), job("b")] });
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listening(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function seriesOf(port: number, query: string, missing: () => boolean): Promise<readonly unknown[]> {
  for (let attempt = 0; attempt < 200; attempt++) {
    assert.equal(missing(), false, "prometheus is missing: install Debian's package prometheus");
    const url = `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(query)}`;
    // While it starts there is no answer, and then one that says so in plain text.
    const response = await fetch(url).catch(() => undefined);
    const answer: unknown = response?.ok ? await response.json() : undefined;
    const { data } = (answer ?? {}) as { data?: { result: readonly unknown[] } };
    if (data && data.result.length > 0) return data.result;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return [];
}
