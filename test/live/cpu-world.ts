import { startPrometheus } from "./prometheus";
import { startWorld } from "./world";

/** Fifty pods with their Prometheus and API server, in a process of its own: what they cost is not what a session costs. */
async function main(): Promise<void> {
  const world = await startWorld({ pods: 50 });
  world.fleet.setLoad(1);
  const prometheus = await startPrometheus({ fleet: world.fleet, namespace: "chat", interval: "5s" });
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
