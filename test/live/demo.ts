import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { dcgmText, startDcgm } from "./fleet/dcgm";
import { livedThrough } from "./fleet/past";
import { startPrometheus } from "./prometheus";
import { startWorld, type World } from "./world";

export interface Demo {
  readonly world: World;
  readonly kubeconfig: string;
  stop(): Promise<void>;
}

const NAMESPACE = "chat";
const MANIFEST = join(__dirname, "..", "..", "examples", "live", "chat.yaml");
/** A quarter of an hour is what the panel shows first. */
const PAST_SECONDS = 1000;

/** Load that comes and goes over minutes, with peaks that the fleet does not stand; at the start it rises to one. */
function loadAfter(seconds: number): number {
  const time = seconds + 20;
  const wave = 1 + Math.sin(time / 40) + 0.6 * Math.sin(time / 13);
  return Math.max(0.5, 3.2 * wave);
}

/** A fleet of three pods under changing load, its cluster, and a Prometheus that has known it for a while. */
export async function startDemo(): Promise<Demo> {
  const world = await startWorld({
    pods: 3,
    engine: (i) => ({
      generation: i === 2 ? "v0" : "v1",
      model: "Qwen/Qwen2.5-7B-Instruct",
      seed: i + 1,
      blocks: 4600,
      meanPrompt: 1100,
      meanOutput: 260,
    }),
    age: PAST_SECONDS,
  });
  const { fleet } = world;
  const started = Date.now() / 1000;
  const loadAt = (time: number): number => loadAfter(time - started);
  const dcgm = await startDcgm({ fleet, namespace: NAMESPACE });
  const past = livedThrough(
    fleet,
    { every: 5, loadAt, others: () => dcgmText(fleet, NAMESPACE) },
    { namespace: NAMESPACE, dcgmPort: dcgm.port, until: started },
  );
  const prometheus = await startPrometheus({
    fleet,
    namespace: NAMESPACE,
    dcgmPort: dcgm.port,
    past,
    ruleGroups: rulesOf(MANIFEST),
  });
  world.cluster.services.push({
    namespace: "monitoring",
    name: "prometheus-operated",
    labels: { "operated-prometheus": "true" },
    ports: [{ name: "http-web", port: 9090, backend: prometheus.port }],
  });
  const timer = setInterval(() => fleet.setLoad(loadAt(Date.now() / 1000)), 500);
  await prometheus.hasRates();
  return {
    world,
    kubeconfig: world.kubeconfig,
    stop: async () => {
      clearInterval(timer);
      await prometheus.stop();
      await dcgm.stop();
      await world.stop();
    },
  };
}

/** As the Prometheus operator would have given them to it. */
function rulesOf(manifest: string): readonly unknown[] {
  return parseAllDocuments(readFileSync(manifest, "utf8")).flatMap((document) => {
    const { kind, spec } = document.toJS() as { kind: string; spec: { groups?: readonly unknown[] } };
    return kind === "PrometheusRule" ? (spec.groups ?? []) : [];
  });
}
