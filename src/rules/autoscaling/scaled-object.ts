import { modelLabel, maxRunning } from "../../autoscaling/target";
import { prometheusTriggers } from "../../metrics/triggers";
import { kvCacheMetric } from "../../metrics/names";
import { textAt } from "../../yaml/node";
import type { Plain } from "../../yaml/format";
import type { VllmServer } from "../../vllm/model";
import type { View } from "../context";
import type { LoadTime } from "../startup/load-time";

/** Plainly not an address: KEDA says so, and nobody mistakes it for one that works. */
const PLACEHOLDER = "http://<prometheus-service>.<namespace>.svc:9090";

/** vLLM's usual limit of running requests, for servers whose own is not known. */
const USUAL_RUNNING = 256;

/**
 * Triggers that follow the load of a server: requests in flight say how many replicas are needed, KV cache usage catches long
 * contexts, the queue catches what the other two miss. All are totals compared with AverageValue, KEDA's default.
 */
export function loadTriggers(server: VllmServer, view: View): readonly Plain[] {
  const selector = selectorFor(server);
  const engines = enginesPerReplica(server);
  const address = prometheusAddress(view);
  const trigger = (name: string, query: string, threshold: number): Plain => ({
    type: "prometheus",
    name,
    metadata: { serverAddress: address, query, threshold: String(threshold), ignoreNullValues: "false" },
  });
  const waiting = `sum(vllm:num_requests_waiting${selector})`;
  const inFlight = Math.floor(0.75 * (maxRunning(server) ?? USUAL_RUNNING) * engines);
  return [
    trigger("inflight", `sum(vllm:num_requests_running${selector}) + ${waiting}`, Math.max(1, inFlight)),
    trigger("kvcache", `sum(${kvCacheMetric(server.version.version)}${selector})`, 0.8 * engines),
    trigger("queue", waiting, 5 * engines),
  ];
}

function selectorFor(server: VllmServer): string {
  const { namespace } = server.object;
  const model = modelLabel(server);
  const matchers = [
    ...(namespace === undefined ? [] : [`namespace=${JSON.stringify(namespace)}`]),
    ...(model === undefined ? [] : [`model_name=${JSON.stringify(model)}`]),
  ];
  return matchers.length === 0 ? "" : `{${matchers.join(",")}}`;
}

/** Each data-parallel engine has series and a running limit of its own. */
export function enginesPerReplica(server: VllmServer): number {
  const parallel = server.engine.integer("--data-parallel-size");
  return parallel.known && parallel.value > 1 && !server.multiNode ? parallel.value : 1;
}

/** The Prometheus that another trigger in view already asks, as long as its address works from KEDA's namespace. */
function prometheusAddress(view: View): string {
  for (const scaler of view.scalers()) {
    for (const { metadata } of prometheusTriggers(scaler)) {
      const address = textAt(metadata, "serverAddress");
      if (address !== undefined && /^https?:\/\/[a-z0-9-]+\.[a-z0-9.-]+(:\d+)?(\/\S*)?$/.test(address))
        return address;
    }
  }
  return PLACEHOLDER;
}

/** What holds the replicas when Prometheus does not answer; KEDA 2.17 and later. */
export function fallbackFor(minimum: number): Plain {
  return { failureThreshold: 3, replicas: Math.max(1, minimum), behavior: "currentReplicas" };
}

export interface PacedBehavior {
  readonly [direction: string]: Plain;
  readonly scaleUp: { readonly policies: readonly Plain[] };
  readonly scaleDown: { readonly [key: string]: Plain };
}

/** Pacing: no more new replicas at once than one cold start can tell the need of, and slowly down. */
export function pacedBehavior(coldStart: LoadTime | undefined): PacedBehavior {
  const seconds = Math.min(1800, Math.max(60, Math.ceil((coldStart?.typical ?? 240) / 60) * 60));
  return {
    scaleUp: { policies: [{ type: "Pods", value: 2, periodSeconds: seconds }] },
    scaleDown: {
      stabilizationWindowSeconds: Math.min(3600, Math.max(300, 2 * seconds)),
      policies: [{ type: "Pods", value: 1, periodSeconds: 120 }],
    },
  };
}
