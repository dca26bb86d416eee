import { startDcgm } from "./fleet/dcgm";
import { startPrometheus } from "./prometheus";
import { startWorld, type World } from "./world";

export interface Demo {
  readonly world: World;
  readonly kubeconfig: string;
  stop(): Promise<void>;
}

/** Load that comes and goes over minutes, with peaks that the fleet does not stand. */
function loadAt(seconds: number): number {
  const wave = 1 + Math.sin(seconds / 40) + 0.6 * Math.sin(seconds / 13);
  return Math.max(0.5, 3.2 * wave);
}

/** A fleet of three pods under changing load, its cluster, and a Prometheus that already has some minutes of it. */
export async function startDemo(options: { warmUpSeconds?: number } = {}): Promise<Demo> {
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
  });
  const dcgm = await startDcgm({ fleet: world.fleet, namespace: "chat" });
  const prometheus = await startPrometheus({ fleet: world.fleet, namespace: "chat", dcgmPort: dcgm.port });
  world.cluster.services.push({
    namespace: "monitoring",
    name: "prometheus-operated",
    labels: { "operated-prometheus": "true" },
    ports: [{ name: "http-web", port: 9090, backend: prometheus.port }],
  });
  const started = Date.now();
  const timer = setInterval(() => world.fleet.setLoad(loadAt((Date.now() - started) / 1000)), 500);
  await prometheus.hasRates();
  await new Promise((resolve) => setTimeout(resolve, (options.warmUpSeconds ?? 0) * 1000));
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
