import { allEntries, type KubeObject } from "../kubernetes/index";
import type { SourceDocument } from "../yaml/document";
import { asMap, mapAt, mapsAt, scalarAt, textAt, type YamlMap } from "../yaml/node";
import type { QuerySite } from "./model";
import { queriesIn } from "./query-walk";

const memory = new WeakMap<KubeObject, readonly QuerySite[]>();

/** The PromQL expressions of an object: KEDA triggers, rule groups, files inside ConfigMaps, dashboards and Helm values. */
export function queriesOf(object: KubeObject): readonly QuerySite[] {
  let known = memory.get(object);
  if (!known) memory.set(object, (known = read(object)));
  return known;
}

function read(object: KubeObject): readonly QuerySite[] {
  const spec = mapAt(object.node, "spec");
  switch (object.kind) {
    case "ScaledObject":
    case "ScaledJob":
      return triggers(object, spec);
    case "InferenceService":
    case "LLMInferenceService":
      return kserveMetrics(object, spec);
    // The Prometheus operator's, VictoriaMetrics', and those of Google's managed Prometheus.
    case "PrometheusRule":
    case "VMRule":
    case "Rules":
    case "ClusterRules":
    case "GlobalRules":
      return groups(object, spec);
    case "ConfigMap":
      return queriesIn(mapAt(object.node, "data"), object);
    case "GrafanaDashboard":
    case "HelmRelease":
    case "HelmChart":
    case "HelmChartConfig":
    case "Application":
    case "ApplicationSet":
      return queriesIn(spec, object);
    case "Kustomization":
      return queriesIn(object.node.get("helmCharts"), object);
    default:
      return [];
  }
}

function triggers(object: KubeObject, spec: YamlMap | undefined): readonly QuerySite[] {
  return mapsAt(spec, "triggers").flatMap((trigger) => {
    const metadata = mapAt(trigger, "metadata");
    const text = scalarAt(metadata, "query");
    if (!metadata || !text || textAt(trigger, "type") !== "prometheus") return [];
    return [{ object, place: "keda-trigger" as const, node: metadata, text }];
  });
}

/** KServe hands the external metrics of a component to KEDA as they are. */
function kserveMetrics(object: KubeObject, spec: YamlMap | undefined): readonly QuerySite[] {
  const components = spec ? [spec, ...allEntries(spec).flatMap(({ value }) => asMap(value) ?? [])] : [];
  return components.flatMap((component) =>
    mapsAt(component, "autoScaling", "metrics").flatMap((metric) => {
      const node = mapAt(metric, "external", "metric");
      const text = scalarAt(node, "query");
      return node && text ? [{ object, place: "keda-trigger" as const, node, text }] : [];
    }),
  );
}

/** `groups[].rules[]`, as in a PrometheusRule's spec and in Prometheus' own rule files. */
function groups(object: KubeObject, holder: YamlMap | undefined): readonly QuerySite[] {
  return mapsAt(holder, "groups").flatMap((group) =>
    mapsAt(group, "rules").flatMap((node) => {
      const text = scalarAt(node, "expr");
      if (!text) return [];
      return [
        { object, place: node.get("record") ? ("recording" as const) : ("alert" as const), node, text },
      ];
    }),
  );
}

const plain = new WeakMap<SourceDocument, readonly QuerySite[]>();

/** Those of a document that is no Kubernetes object: Helm values, a rule file of Prometheus, a dashboard. */
export function queriesOfDocument(doc: SourceDocument): readonly QuerySite[] {
  let known = plain.get(doc);
  if (!known) plain.set(doc, (known = readPlain(doc)));
  return known;
}

function readPlain(doc: SourceDocument): readonly QuerySite[] {
  const root = asMap(doc.root);
  if (!root || !doc.text.includes("vllm")) return [];
  const nobody = { group: "", version: "", kind: "HelmValues", name: undefined, namespace: undefined };
  return queriesIn(root, { ...nobody, doc, node: root, labels: new Map(), partial: true });
}

/** A rule of a rule group as a person calls it. */
export function nameOfRule(site: QuerySite): string | undefined {
  return textAt(site.node, "alert") ?? textAt(site.node, "record");
}
