import { startPrometheus, type RunningPrometheus } from "./prometheus";
import { startWorld, type World } from "./world";

export interface ObservedWorld {
  readonly world: World;
  readonly prometheus: RunningPrometheus;
}

/** A cluster with a fleet under load and a Prometheus that has scraped it for a while, from before the tests until after them. */
export function observedWorld(load: number): ObservedWorld {
  const started: { world?: World; prometheus?: RunningPrometheus } = {};
  before(async () => {
    const world = (started.world = await startWorld());
    world.fleet.setLoad(load);
    const prometheus = (started.prometheus = await startPrometheus({
      fleet: world.fleet,
      namespace: "chat",
    }));
    world.cluster.services.push({
      namespace: "monitoring",
      name: "prometheus-operated",
      labels: { "operated-prometheus": "true" },
      ports: [{ name: "http-web", port: 9090, backend: prometheus.port }],
    });
    await prometheus.hasRates();
  });
  after(async () => {
    await started.prometheus?.stop();
    await started.world?.stop();
  });
  return {
    get world() {
      return there(started.world);
    },
    get prometheus() {
      return there(started.prometheus);
    },
  };
}

function there<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the world has not started yet");
  return value;
}
