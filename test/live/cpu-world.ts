import { livedThrough } from "./fleet/past";
import { startPrometheus } from "./prometheus";
import { startWorld } from "./world";

/** As much as the panel shows at first, and a minute more. */
const PAST_SECONDS = 960;
const LOAD = 1;

/** Fifty pods with their Prometheus and API server, in a process of its own: what they cost is not what a session costs. */
async function main(): Promise<void> {
  const world = await startWorld({ pods: 50, age: PAST_SECONDS });
  const { fleet } = world;
  const past = livedThrough(
    fleet,
    { every: 15, loadAt: () => LOAD },
    { namespace: "chat", until: Date.now() / 1000 },
  );
  const prometheus = await startPrometheus({ fleet, namespace: "chat", interval: "5s", past });
  world.cluster.services.push({
    namespace: "monitoring",
    name: "prometheus-operated",
    labels: { "operated-prometheus": "true" },
    ports: [{ name: "http-web", port: 9090, backend: prometheus.port }],
  });
  await prometheus.hasRates();
  process.send?.({ kubeconfig: world.kubeconfig });
  process.once("disconnect", () => {
    void Promise.all([prometheus.stop(), world.stop()]).then(() => process.exit());
  });
}

void main();
