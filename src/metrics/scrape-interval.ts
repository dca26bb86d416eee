import type { KubeObject } from "../kubernetes/model";
import { mapsAt, textAt } from "../yaml/node";
import { secondsOf } from "./promql-tree";

/** Of the Prometheus operator's charts; Prometheus itself scrapes once a minute. */
export const USUAL_INTERVAL = 30;

/** The interval of monitors in seconds, when all of them state the same. */
export function statedInterval(objects: (kind: string) => readonly KubeObject[]): number | undefined {
  const endpoints = [
    ...objects("ServiceMonitor").flatMap(({ node }) => mapsAt(node, "spec", "endpoints")),
    ...objects("PodMonitor").flatMap(({ node }) => mapsAt(node, "spec", "podMetricsEndpoints")),
  ];
  const intervals = new Set(endpoints.map((endpoint) => secondsOf(textAt(endpoint, "interval") ?? "")));
  return intervals.size === 1 ? [...intervals][0] : undefined;
}
