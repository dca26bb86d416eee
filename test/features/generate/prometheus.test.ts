import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, parseAllDocuments, stringify } from "yaml";
import { CASES, DEPLOYMENT, made } from "./workloads";

/** Every text below a key, wherever it stands. */
function textsOf(node: unknown, key: string): readonly string[] {
  if (typeof node !== "object" || node === null) return [];
  return Object.entries(node).flatMap(([name, value]) =>
    name === key && typeof value === "string" ? [value] : textsOf(value, key),
  );
}

/** The queries of a generated manifest by which something is scaled. */
function queriesIn(yaml: string): readonly string[] {
  return parseAllDocuments(yaml).flatMap((document) => textsOf(document.toJS(), "query"));
}

/** As prometheus-adapter fills its template for one pod. */
function adapterQueries(): readonly string[] {
  const configMap = parseAllDocuments(made("hpa", DEPLOYMENT))[1]?.toJS() as {
    readonly data: Readonly<Record<string, string>>;
  };
  const { rules } = parse(configMap.data["config.yaml"] ?? "") as {
    readonly rules: readonly { readonly seriesQuery: string; readonly metricsQuery: string }[];
  };
  return rules.map(({ seriesQuery, metricsQuery }) =>
    metricsQuery
      .replace("<<.Series>>", seriesQuery.replace(/\{.*/, ""))
      .replace("<<.LabelMatchers>>", 'namespace="llm-inference",pod="a"')
      .replace("<<.GroupBy>>", "pod"),
  );
}

/** The measured side of each alert, one series for the one pod or model that it is narrowed to. */
function alertQueries(): readonly string[] {
  const expressions = textsOf(parse(made("prometheus-rule", DEPLOYMENT)), "expr");
  assert.equal(expressions.length, 4);
  return expressions.map((text) => `count(${text.replace(/ > [\d.]+$/, "")}) > 0`);
}

const SCALED_BY_QUERY: readonly string[] = ["scaled-object", "kserve", "production-stack"];

describe("generated queries in a real Prometheus", () => {
  let prometheus: ChildProcess | undefined;
  let exporter: Server | undefined;
  let port = 0;
  let missing = false;
  const folder = mkdtempSync(join(tmpdir(), "vllm-k8s-prom-"));

  before(async () => {
    exporter = createServer((_, response) => response.end(exposition()));
    const target = await listening(exporter);
    port = await freePort();
    writeFileSync(join(folder, "prometheus.yml"), configFor(target));
    const flags = [
      `--config.file=${join(folder, "prometheus.yml")}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ];
    prometheus = spawn("prometheus", flags, { stdio: "ignore" }).on("error", () => (missing = true));
  });

  after(() => {
    prometheus?.kill("SIGKILL");
    exporter?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function returnsOne(queries: readonly string[]): Promise<void> {
    assert.ok(queries.length > 0);
    for (const query of queries) {
      const series = await seriesOf(port, query, () => missing);
      assert.equal(series.length, 1, query);
    }
  }

  for (const { name, kind, workload, server } of CASES.filter((each) => SCALED_BY_QUERY.includes(each.kind)))
    it(`return exactly one series: ${name}`, async function () {
      this.timeout(60_000);
      await returnsOne(queriesIn(made(kind, workload, server)));
    });

  it("return one series for a pod from the adapter's rules", async function () {
    this.timeout(60_000);
    await returnsOne(adapterQueries());
  });

  it("measure something in each alert", async function () {
    this.timeout(60_000);
    await returnsOne(alertQueries());
  });
});

/** Two pods of one model, as vLLM exposes them; the counters grow with every scrape. */
let scrapes = 0;
function exposition(): string {
  scrapes++;
  const labels = 'model_name="meta-llama/Llama-3.1-8B-Instruct",engine="0"';
  const gauges = ["vllm:num_requests_running", "vllm:num_requests_waiting", "vllm:kv_cache_usage_perc"];
  return [
    ...gauges.map((name) => `# TYPE ${name} gauge\n${name}{${labels}} 0.5\n`),
    `# TYPE vllm:num_preemptions_total counter\nvllm:num_preemptions_total{${labels}} ${scrapes}\n`,
    "# TYPE vllm:time_to_first_token_seconds histogram\n",
    ...["0.5", "1.0", "+Inf"].map(
      (le) => `vllm:time_to_first_token_seconds_bucket{${labels},le="${le}"} ${scrapes}\n`,
    ),
  ].join("");
}

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
