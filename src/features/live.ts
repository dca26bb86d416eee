import { Tracker } from "../base/tracked";
import { maxRunning, modelLabel, targetServers } from "../autoscaling/target";
import type { KubeObject } from "../kubernetes/model";
import type { LiveAlert, LiveManifest, LiveMonitor, LiveServer, LiveTrigger, Place } from "../live/manifest";
import type { Expression } from "../metrics/expression";
import type { QuerySite } from "../metrics/model";
import { readMetricName } from "../metrics/names";
import { parseQuery, type Query } from "../metrics/promql";
import { nameOfRule } from "../metrics/queries";
import { prometheusTriggers } from "../metrics/triggers";
import type { View } from "../rules/context";
import type { Folder } from "./workspace/folder";
import type { MemoryPlan } from "../sizing/plan-types";
import type { VllmServer } from "../vllm/model";
import type { Spot } from "../yaml/document";
import { asScalar, asSeq, at, mapAt, numberAt, spotOf, textAt, type YamlMap } from "../yaml/node";

interface Surroundings {
  readonly view: View;
  readonly planOf: (server: VllmServer) => MemoryPlan;
  readonly placeOf: (spot: Spot) => Place | undefined;
}

/** KEDA's default for `maxReplicaCount`. */
const KEDA_MAXIMUM = 100;
const DEFAULT_PORT = 8000;

/** The folder's servers, triggers, alerts and monitors as the live part compares them with a cluster. */
export function liveManifest(folder: Folder, placeOf: (spot: Spot) => Place | undefined): LiveManifest {
  const view = folder.viewFor(new Tracker());
  const surroundings = { view, planOf: folder.plans.plan, placeOf };
  const servers = view.servers();
  return {
    servers: readServers(servers, surroundings),
    triggers: readTriggers(servers, surroundings),
    alerts: view.queries().flatMap((site) => readAlert(site, surroundings) ?? []),
    monitors: (["ServiceMonitor", "PodMonitor"] as const).flatMap((kind) =>
      view.objects(kind).flatMap((object) => readMonitor(kind, object, surroundings) ?? []),
    ),
  };
}

function readServers(
  servers: readonly VllmServer[],
  { planOf, placeOf }: Surroundings,
): readonly LiveServer[] {
  const counted = new Map<string, number>();
  return servers.flatMap((server) => {
    const place = placeOf(server.anchor);
    const workloadAt = placeOf(spotOf(server.object.node));
    if (!place || !workloadAt) return [];
    const index = counted.get(place.path) ?? 0;
    counted.set(place.path, index + 1);
    const { kv } = planOf(server);
    const { object, pod } = server;
    const port = server.engine.integer("--port");
    return {
      index,
      name: server.name,
      at: place,
      workloadAt,
      workload: { kind: object.kind, name: object.name, namespace: object.namespace },
      podLabels: Object.fromEntries(pod?.labels ?? []),
      port: port.known ? port.value : DEFAULT_PORT,
      model: modelLabel(server),
      replicas: pod?.replicas,
      maxRunning: maxRunning(server),
      kvTokens: kv.tokens && { value: kv.tokens.value, low: kv.tokens.low, high: kv.tokens.high },
      kvBytesPerToken: kv.bytesPerToken?.value,
      maxModelLen: kv.maxModelLen?.value,
    };
  });
}

function readTriggers(
  servers: readonly VllmServer[],
  { view, placeOf }: Surroundings,
): readonly LiveTrigger[] {
  return view.scalers().flatMap((scaler) =>
    prometheusTriggers(scaler).flatMap(({ signal, metadata, text, query, threshold }, i) => {
      const place = placeOf(spotOf(text));
      const name = scaler.object.name;
      if (!place || name === undefined || query.uncertain || text.templated) return [];
      const target = scaler.target;
      const targetPlace = target && placeOf(spotOf(target.node));
      const own = targetServers(scaler, servers)[0];
      return {
        scaler: name,
        namespace: scaler.object.namespace,
        at: place,
        target: target && targetPlace && { kind: target.kind, name: target.name, at: targetPlace },
        server: own === undefined ? undefined : servers.indexOf(own),
        name: signal.metric?.text ?? `trigger ${i + 1}`,
        query: query.text,
        threshold,
        activation: numberAt(metadata, "activationThreshold"),
        metricType: signal.metricType === "Utilization" ? undefined : signal.metricType,
        minReplicas: scaler.minReplicas ?? 0,
        maxReplicas: scaler.maxReplicas ?? KEDA_MAXIMUM,
        serverAddress: textAt(metadata, "serverAddress"),
        metrics: metricsIn(query),
        plainMetric: plainMetric(query.root),
      };
    }),
  );
}

/** An alert of the form `expression > number`; of others there is no line to draw. */
function readAlert(site: QuerySite, { placeOf }: Surroundings): LiveAlert | undefined {
  const query = site.place === "alert" && !site.text.templated ? parseQuery(site.text.text) : undefined;
  const place = placeOf(spotOf(site.text));
  const name = nameOfRule(site);
  if (!query || query.uncertain || !place || name === undefined) return undefined;
  const { root } = query;
  if (root.kind !== "binary" || root.right.kind !== "number" || !/^[<>]=?$/.test(root.operator))
    return undefined;
  return {
    name,
    at: place,
    query: site.text.text,
    limit: root.right.value,
    metrics: metricsIn(query),
    plainMetric: plainMetric(root.left),
  };
}

function readMonitor(
  kind: LiveMonitor["kind"],
  object: KubeObject,
  { placeOf }: Surroundings,
): LiveMonitor | undefined {
  const spec = mapAt(object.node, "spec");
  const selector = mapAt(spec, "selector");
  const place = selector && placeOf(spotOf(selector));
  if (!place || object.name === undefined) return undefined;
  const namespaces = asSeq(at(spec, "namespaceSelector", "matchNames"))?.items.flatMap(
    (item) => asScalar(item)?.text ?? [],
  );
  const any = textAt(spec, "namespaceSelector", "any") === "true";
  return {
    kind,
    name: object.name,
    namespace: object.namespace,
    at: place,
    matchLabels: plainLabels(selector),
    namespaces: any ? "any" : namespaces,
  };
}

/** Undefined where the selector says more than `matchLabels`, or something that is not known yet. */
function plainLabels(selector: YamlMap): Readonly<Record<string, string>> | undefined {
  const labels = mapAt(selector, "matchLabels");
  if (!labels || labels.open || selector.open || at(selector, "matchExpressions")) return undefined;
  const pairs = labels.entries.map(
    ({ key, value }) => [key.text, value ? asScalar(value) : undefined] as const,
  );
  if (pairs.some(([, value]) => value === undefined || value.templated)) return undefined;
  return Object.fromEntries(pairs.map(([key, value]) => [key, value?.text ?? ""]));
}

/** vLLM's metrics that a query reads, without the suffixes of a histogram's series. */
function metricsIn(query: Query): readonly string[] {
  const names = query.selectors.flatMap(({ name }) =>
    name === undefined ? [] : (readMetricName(name)?.entry.name ?? []),
  );
  return [...new Set(names)];
}

const PLAIN_CALLS = new Set([
  "rate",
  "irate",
  "histogram_quantile",
  "avg_over_time",
  "max_over_time",
  "min_over_time",
]);

/** The one metric of which an expression is a plain sum, mean, rate or quantile: its value belongs on that metric's chart. */
function plainMetric(expression: Expression): string | undefined {
  switch (expression.kind) {
    case "selector":
      return expression.name === undefined ? undefined : readMetricName(expression.name)?.entry.name;
    case "aggregate":
    case "range":
      return expression.kind === "aggregate" && expression.operator === "count"
        ? undefined
        : plainMetric(expression.of);
    case "call": {
      const inner = expression.arguments.filter(({ kind }) => kind !== "number");
      const [only] = inner;
      return PLAIN_CALLS.has(expression.name) && inner.length === 1 && only ? plainMetric(only) : undefined;
    }
    case "binary":
    case "number":
    case "text":
    case "opaque":
      return undefined;
  }
}
