import { maxRunning } from "../../autoscaling/target";
import { itemsOf } from "../../kubernetes/containers";
import { selectsPod, serviceOf } from "../../kubernetes/services";
import { kvCacheMetric } from "../../metrics/names";
import { USUAL_INTERVAL } from "../../metrics/scrape-interval";
import { vllmAlerts } from "../../rules/alerting/vllm-alerts";
import { fallbackFor, loadTriggers } from "../../rules/autoscaling/scaled-object";
import { nameForObjects } from "../../rules/places";
import type { VllmServer } from "../../vllm/model";
import { formatBlock, type Plain } from "../../yaml/format";
import { numberAt, textAt } from "../../yaml/node";
import type { Folder } from "../workspace/folder";
import { behavior, bounds, thresholdNotes, written } from "./parts";

/** Writes an object for a server, or tells why there is none. */
export type Writer = (server: VllmServer, folder: Folder) => string | { readonly problem: string };

/** A ScaledObject is KEDA's; the HPA reads the metrics of prometheus-adapter. */
export const OBJECT_WRITERS = {
  "scaled-object": scaledObject,
  hpa: podsHpa,
  "prometheus-rule": alerts,
  "pod-monitor": podMonitor,
  "service-monitor": serviceMonitor,
} satisfies Readonly<Record<string, Writer>>;

function alerts(server: VllmServer, folder: Folder): string {
  return vllmAlerts({
    name: nameForObjects(server),
    namespace: server.object.namespace,
    labels: releaseIn(folder),
    version: server.version.version,
  });
}

function metadata(server: VllmServer, suffix: string, labels: Readonly<Record<string, string>> = {}): Plain {
  const { namespace } = server.object;
  return {
    name: `${nameForObjects(server)}${suffix}`,
    ...(namespace !== undefined && { namespace }),
    ...(Object.keys(labels).length > 0 && { labels }),
  };
}

function target({ object }: VllmServer): Plain {
  const apiVersion = object.group === "" ? object.version : `${object.group}/${object.version}`;
  return { apiVersion, kind: object.kind, name: object.name ?? "" };
}

function scaledObject(server: VllmServer, folder: Folder): string {
  const { minimum, maximum } = bounds(server);
  return written(
    {
      apiVersion: "keda.sh/v1alpha1",
      kind: "ScaledObject",
      metadata: metadata(server, ""),
      spec: {
        scaleTargetRef: target(server),
        minReplicaCount: minimum,
        maxReplicaCount: maximum,
        fallback: fallbackFor(minimum),
        advanced: { horizontalPodAutoscalerConfig: { behavior: behavior(server, folder) } },
        triggers: loadTriggers(server, folder.view()),
      },
    },
    ["Leave `replicas` out of the workload: the autoscaler sets it.", ...thresholdNotes(server)],
  );
}

/** A Pods metric is a mean over the pods, so its target is per pod as well. */
function podsHpa(server: VllmServer, folder: Folder): string {
  const { minimum, maximum } = bounds(server);
  const running = Math.max(1, Math.floor(0.75 * (maxRunning(server) ?? 256)));
  const metric = (name: string, averageValue: string): Plain => ({
    type: "Pods",
    pods: { metric: { name }, target: { type: "AverageValue", averageValue } },
  });
  const hpa = written(
    {
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      metadata: metadata(server, ""),
      spec: {
        scaleTargetRef: target(server),
        minReplicas: minimum,
        maxReplicas: maximum,
        behavior: behavior(server, folder),
        metrics: [
          metric("vllm_num_requests_running", String(running)),
          metric("vllm_kv_cache_usage", "800m"),
          metric("vllm_num_requests_waiting", "5"),
        ],
      },
    },
    ["Needs prometheus-adapter with the rules below.", ...thresholdNotes(server)],
  );
  const rule = (series: string, as: string): Plain => ({
    seriesQuery: `${series}{namespace!="",pod!=""}`,
    resources: { overrides: { namespace: { resource: "namespace" }, pod: { resource: "pod" } } },
    name: { as },
    metricsQuery: "sum(<<.Series>>{<<.LabelMatchers>>}) by (<<.GroupBy>>)",
  });
  const rules = formatBlock(
    "",
    {
      rules: [
        rule("vllm:num_requests_running", "vllm_num_requests_running"),
        rule("vllm:num_requests_waiting", "vllm_num_requests_waiting"),
        rule(kvCacheMetric(server.version.version), "vllm_kv_cache_usage"),
      ],
    },
    0,
  );
  const adapter = written({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: metadata(server, "-adapter-rules"),
    data: { "config.yaml": rules },
  });
  return `${hpa}---\n${adapter}`;
}

function podMonitor(server: VllmServer, folder: Folder): string | { readonly problem: string } {
  const labels = server.pod?.labels ?? new Map<string, string>();
  if (labels.size === 0) return { problem: "The pods have no labels that a PodMonitor could select." };
  const port = portName(server);
  return written(
    {
      apiVersion: "monitoring.coreos.com/v1",
      kind: "PodMonitor",
      metadata: metadata(server, "", releaseIn(folder)),
      spec: {
        selector: { matchLabels: Object.fromEntries(labels) },
        podMetricsEndpoints: [{ ...port, path: "/metrics", interval: `${USUAL_INTERVAL}s` }],
      },
    },
    ["Labels and port are those of the pod template."],
  );
}

function serviceMonitor(server: VllmServer, folder: Folder): string | { readonly problem: string } {
  const { pod } = server;
  const service = folder
    .view()
    .objects("Service")
    .flatMap((object) => serviceOf(object) ?? [])
    .find((each) => pod && selectsPod(each, pod));
  const port = service?.ports.find(({ name }) => name !== undefined)?.name;
  if (!service || service.object.labels.size === 0 || port === undefined)
    return {
      problem: "No Service in view selects these pods with labels and a named port; a PodMonitor needs none.",
    };
  return written(
    {
      apiVersion: "monitoring.coreos.com/v1",
      kind: "ServiceMonitor",
      metadata: metadata(server, "", releaseIn(folder)),
      spec: {
        selector: { matchLabels: Object.fromEntries(service.object.labels) },
        endpoints: [{ port, path: "/metrics", interval: `${USUAL_INTERVAL}s` }],
      },
    },
    [`Labels and port are those of Service ${service.object.name ?? ""}.`],
  );
}

/** The first named port of the container; else the number that vLLM listens on. */
function portName({ container, engine }: VllmServer): Plain & object {
  const ports = container ? itemsOf(container, "ports") : [];
  const named = ports.flatMap((port) => textAt(port, "name") ?? [])[0];
  if (named !== undefined) return { port: named };
  const given = engine.integer("--port");
  return { portNumber: numberAt(ports[0], "containerPort") ?? (given.known ? given.value : 8000) };
}

/** By which kube-prometheus-stack picks up its objects, as others in view carry it. */
function releaseIn(folder: Folder): Readonly<Record<string, string>> {
  const view = folder.view();
  const release = ["PrometheusRule", "ServiceMonitor", "PodMonitor"]
    .flatMap((kind) => view.objects(kind))
    .map(({ labels }) => labels.get("release"))
    .find(Boolean);
  return release === undefined ? {} : { release };
}
