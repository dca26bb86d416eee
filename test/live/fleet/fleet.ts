import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Engine, type EngineOptions } from "./engine";
import { metricsText } from "./metrics-text";

export type PodFault = "none" | "unavailable" | "hang" | "html" | "truncated" | "hostile" | "nan" | "many";

/** A pod of the fleet: an engine behind an HTTP port of its own. */
export interface FleetPod {
  readonly name: string;
  readonly port: number;
  engine: Engine;
  fault: PodFault;
  /** A container that started anew: counters from zero, the name stays. */
  restart(): void;
}

export interface Fleet {
  readonly pods: readonly FleetPod[];
  /** Requests a second on each pod. */
  setLoad(perPod: number): void;
  stop(): Promise<void>;
}

export interface FleetOptions {
  readonly names: readonly string[];
  readonly engine: (index: number) => EngineOptions;
  /** Seconds; the fleet's own clock. */
  readonly now?: () => number;
  /** Seconds that it has been there already. */
  readonly age?: number;
}

/** Starts the exporters on free ports of the loopback. Engines are advanced when somebody looks. */
export async function startFleet({
  names,
  engine,
  now = () => Date.now() / 1000,
  age = 0,
}: FleetOptions): Promise<Fleet> {
  const servers: Server[] = [];
  const pods: FleetPod[] = [];
  for (const [i, name] of names.entries()) {
    const server = createServer((_, response) => answer(pod, now(), response));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const pod: FleetPod = {
      name,
      port: (server.address() as AddressInfo).port,
      engine: new Engine(engine(i), now() - age),
      fault: "none",
      restart() {
        const { load } = this.engine;
        this.engine = new Engine({ ...this.engine.options, seed: this.engine.options.seed + 1 }, now());
        this.engine.load = load;
      },
    };
    servers.push(server);
    pods.push(pod);
  }
  return {
    pods,
    setLoad: (perPod) => {
      for (const pod of pods) {
        pod.engine.advance(now());
        pod.engine.load = perPod;
      }
    },
    stop: async () => {
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}

/** What a hostile pod may say of itself. */
export const HOSTILE_LABEL = '<img src=x onerror="alert(1)">\u001b[31m\u202e"\n${process.exit()}';

function answer(pod: FleetPod, now: number, response: ServerResponse): void {
  pod.engine.advance(now);
  const type = "text/plain; version=0.0.4; charset=utf-8";
  switch (pod.fault) {
    case "unavailable":
      response.writeHead(503, { "content-type": "text/plain" }).end("no");
      return;
    case "hang":
      return;
    case "html":
      response.writeHead(200, { "content-type": "text/html" }).end("<html><body>Sign in</body></html>");
      return;
    case "truncated": {
      const text = metricsText(pod.engine);
      response.writeHead(200, { "content-type": type }).end(text.slice(0, Math.floor(text.length / 2)));
      return;
    }
    case "hostile":
      response
        .writeHead(200, { "content-type": type })
        .end(metricsText(pod.engine, { lora: HOSTILE_LABEL, __proto: "x" }) + hostileReason(pod.engine));
      return;
    case "nan":
      response
        .writeHead(200, { "content-type": type })
        .end(metricsText(pod.engine).replace(/(num_requests_\w+\{[^}]*\}) \S+/g, "$1 NaN"));
      return;
    case "many":
      response.writeHead(200, { "content-type": type }).end(metricsText(pod.engine) + manySeries());
      return;
    case "none":
      response.writeHead(200, { "content-type": type }).end(metricsText(pod.engine));
  }
}

/** The panel has a line for each reason, and so names this one. */
function hostileReason({ promptTokens }: Engine): string {
  const escaped = HOSTILE_LABEL.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
  return `vllm:request_success_total{finished_reason="${escaped}"} ${promptTokens}\n`;
}

/** A label that takes every value there is: somebody's mistake. */
function manySeries(): string {
  const lines = Array.from({ length: 10_000 }, (_, i) => `vllm:num_requests_running{request="${i}"} 0.0`);
  return lines.join("\n") + "\n";
}

/** Names as a Deployment's ReplicaSet gives them. */
export function podNames(workload: string, count: number): readonly string[] {
  const letters = "bcdfghjklmnpqrstvwxz2456789";
  return Array.from({ length: count }, (_, i) => {
    const suffix = [0, 1, 2, 3, 4]
      .map((k) => letters[(i * 7 + k * 5 + ((i * k) % 11)) % letters.length])
      .join("");
    return `${workload}-7d9f8b6c54-${suffix}`;
  });
}
