import { allEntries, type KubeObject } from "../kubernetes/index";
import { asMap, mapAt, mapsAt, scalarAt, textAt, type YamlMap } from "../yaml/node";
import { embedded } from "./embedded";
import type { QuerySite } from "./model";

const memory = new WeakMap<KubeObject, readonly QuerySite[]>();

/** The PromQL expressions of an object: KEDA triggers, rule groups, rule files and adapter rules inside ConfigMaps. */
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
      return configMap(object);
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

/** Files in a ConfigMap's block scalars. In other styles their characters cannot be found again, so they are left alone. */
function configMap(object: KubeObject): readonly QuerySite[] {
  const data = mapAt(object.node, "data");
  return (data ? allEntries(data) : []).flatMap(({ value }) => {
    if (value?.kind !== "scalar" || value.style !== "literal" || !holdsRules(value.text)) return [];
    const file = asMap(embedded(value));
    if (!file) return [];
    return [...groups(object, file), ...adapterRules(object, file)];
  });
}

function holdsRules(text: string): boolean {
  return (text.includes("groups:") && text.includes("expr:")) || text.includes("seriesQuery:");
}

/** prometheus-adapter's rules: which series it turns into metrics of the Kubernetes API. */
function adapterRules(object: KubeObject, file: YamlMap): readonly QuerySite[] {
  return ["rules", "externalRules"].flatMap((list) =>
    mapsAt(file, list).flatMap((node) => {
      const text = scalarAt(node, "seriesQuery");
      return text ? [{ object, place: "adapter" as const, node, text }] : [];
    }),
  );
}

/** A rule of a rule group as a person calls it. */
export function nameOfRule(site: QuerySite): string | undefined {
  return textAt(site.node, "alert") ?? textAt(site.node, "record");
}
