import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onProcessEnd } from "../../scripts/vscode/cleanup";
import type { Fleet } from "./fleet/fleet";
import { importPast } from "./fleet/past";

export interface RunningPrometheus {
  readonly port: number;
  /** Its discovery takes five seconds; a rate needs two scrapes after that. */
  hasRates(): Promise<void>;
  stop(): Promise<void>;
}

export interface Scraped {
  readonly fleet: Fleet;
  readonly namespace: string;
  readonly interval?: string;
  /** Where a DCGM exporter answers. */
  readonly dcgmPort?: number | undefined;
  /** A port that was given out before, to come back on. */
  readonly port?: number;
  /** What it knows already, as OpenMetrics. */
  readonly past?: string | undefined;
  /** Rules that it evaluates: the `groups` of a PrometheusRule. */
  readonly ruleGroups?: readonly unknown[];
}

/** Debian's Prometheus on a free port of the loopback, scraping a fleet as the operator would label it. */
export async function startPrometheus({
  fleet,
  namespace,
  interval = "1s",
  dcgmPort,
  port: wanted,
  past,
  ruleGroups = [],
}: Scraped): Promise<RunningPrometheus> {
  const folder = mkdtempSync(join(tmpdir(), "live-prometheus-"));
  const port = wanted ?? (await freePort());
  const targets = fleet.pods.map(({ name, port: target }) => ({
    targets: [`127.0.0.1:${target}`],
    labels: { namespace, pod: name, job: "vllm" },
  }));
  // JSON is YAML.
  const config = {
    global: { scrape_interval: interval, scrape_timeout: interval, evaluation_interval: interval },
    rule_files: [join(folder, "rules.yml")],
    scrape_configs: [
      { job_name: "vllm", static_configs: targets },
      ...(dcgmPort === undefined
        ? []
        : [
            {
              job_name: "dcgm",
              honor_labels: true,
              static_configs: [{ targets: [`127.0.0.1:${dcgmPort}`] }],
            },
          ]),
    ],
  };
  writeFileSync(join(folder, "prometheus.yml"), JSON.stringify(config));
  writeFileSync(join(folder, "rules.yml"), JSON.stringify({ groups: ruleGroups }));
  if (past !== undefined) importPast(past, folder);
  const args = [
    `--config.file=${join(folder, "prometheus.yml")}`,
    `--storage.tsdb.path=${join(folder, "data")}`,
    `--web.listen-address=127.0.0.1:${port}`,
    "--log.level=error",
  ];
  const child = spawn("prometheus", args, { stdio: ["ignore", "ignore", "pipe"] });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  const gone = new Promise<string>((resolve) => {
    child.once("error", (error: NodeJS.ErrnoException) =>
      resolve(
        error.code === "ENOENT"
          ? "prometheus is missing: install it, on Debian with `apt-get install prometheus`."
          : error.message,
      ),
    );
    child.once("exit", () => resolve(`Prometheus ended: ${errors.slice(-500)}`));
  });
  const clean = (): void => {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  const forget = onProcessEnd(clean);
  await Promise.race([ready(port), gone.then((why) => Promise.reject(new Error(why)))]);
  return {
    port,
    hasRates: () =>
      until(`http://127.0.0.1:${port}/api/v1/query?query=rate(vllm:generation_tokens_total[1m])`, (text) =>
        text.includes("metric"),
      ),
    stop: async () => {
      child.kill("SIGKILL");
      await gone;
      clean();
      forget();
    },
  };
}

function ready(port: number): Promise<void> {
  return until(`http://127.0.0.1:${port}/-/ready`, () => true);
}

async function until(url: string, accept: (text: string) => boolean): Promise<void> {
  for (let i = 0; i < 300; i++) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok && accept(await answer.text())) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`Prometheus was not ready in 15 s: ${url}`);
}

/** Prometheus does not tell which port it took, so one is asked for that was free a moment ago. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
