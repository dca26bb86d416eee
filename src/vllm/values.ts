import { allEntries, type KubeObject } from "../kubernetes";
import type { SourceDocument } from "../yaml/document";
import { asMap, asScalar, at, mapAt, mapsAt, type YamlMap, type YamlNode } from "../yaml/node";
import { embeddedDocument } from "../yaml/embedded";
import { imageIn } from "./draft";
import { roleOf } from "./image";
import { chartServer, hasTellingKey } from "./chart-values";
import type { ServerContext } from "./context";
import { isKubeaiModel, kubeaiModel } from "./kubeai";
import type { VllmServer } from "./model";
import { modelSpecServers } from "./production-stack";
import { looksLikeContainer, valuesContainer } from "./values-container";

/** Roots of files that hold images and commands, and are no values: compose, workflows, Prometheus. */
const OTHER_FILES = ["panels", "services", "jobs", "on", "groups", "scrape_configs", "workflow", "stages"];

/** The servers that a values file makes a chart start. The document is one without `kind`. */
export function serversOfValues(doc: SourceDocument, context: ServerContext): readonly VllmServer[] {
  const root = asMap(doc.root);
  if (!root || !isValues(root)) return [];
  return serversInValues(root, valuesObject(doc, root), context);
}

/** True for the root of a file that is no object and nothing else that is well known. */
export function isValues(root: YamlMap): boolean {
  return !root.get("kind") && !OTHER_FILES.some((key) => root.get(key));
}

/** Values have no object of their own; what rules ask of one is answered with "nothing is known". */
function valuesObject(doc: SourceDocument, node: YamlMap): KubeObject {
  return {
    doc,
    node,
    group: "",
    version: "",
    kind: "HelmValues",
    name: undefined,
    namespace: undefined,
    labels: new Map(),
    partial: true,
  };
}

/** Values written inside an object: Flux HelmRelease, Argo CD Application, k3s HelmChart, Kustomize's helmCharts. */
export function serversOfRelease(object: KubeObject, context: ServerContext): readonly VllmServer[] {
  return valuesIn(object).flatMap((values) => serversInValues(values, object, context));
}

export function valuesIn(object: KubeObject): readonly YamlMap[] {
  const spec = mapAt(object.node, "spec");
  switch (object.kind) {
    case "HelmRelease":
      return found(spec?.get("values"));
    case "HelmChart":
    case "HelmChartConfig":
      return [...found(spec?.get("valuesContent")), ...found(spec?.get("values"))];
    case "Application":
      return argoValues(spec);
    case "ApplicationSet":
      return argoValues(mapAt(spec, "template", "spec"));
    case "Kustomization":
      return mapsAt(object.node, "helmCharts").flatMap((chart) => found(chart.get("valuesInline")));
    default:
      return [];
  }
}

function argoValues(spec: YamlMap | undefined): readonly YamlMap[] {
  const sources = [...found(spec?.get("source")), ...mapsAt(spec, "sources")];
  return sources.flatMap((source) => [
    ...found(at(source, "helm", "values")),
    ...found(at(source, "helm", "valuesObject")),
  ]);
}

/** A map, or the map that a string holds. */
function found(node: YamlNode | undefined): readonly YamlMap[] {
  const scalar = asScalar(node);
  const map = asMap(scalar && typeof scalar.value === "string" ? embeddedDocument(scalar).root : node);
  return map ? [map] : [];
}

function serversInValues(root: YamlMap, object: KubeObject, context: ServerContext): readonly VllmServer[] {
  const walk = new ValuesWalk(root, object, context);
  walk.visit(root, undefined, root);
  if (walk.servers.length === 0) walk.visitCharts(root, "values", 0);
  return walk.servers;
}

const MAX_DEPTH = 12;
const MAX_SERVERS = 500;

class ValuesWalk {
  readonly servers: VllmServer[] = [];
  private readonly seen = new Set<YamlNode>();
  private depth = 0;

  constructor(
    private readonly root: YamlMap,
    private readonly object: KubeObject,
    private readonly context: ServerContext,
  ) {}

  /** Finds what has a known form, anywhere: the chart may be a dependency under any key. */
  visit(node: YamlNode | null, key: string | undefined, above: YamlMap): void {
    if (!node || node.kind === "scalar" || this.seen.has(node)) return;
    if (this.depth > MAX_DEPTH || this.servers.length > MAX_SERVERS) return;
    this.seen.add(node);
    this.depth++;
    if (node.kind === "seq") for (const item of node.items) this.visit(item, key, above);
    else this.visitMap(node, key, above);
    this.depth--;
  }

  private visitMap(map: YamlMap, key: string | undefined, above: YamlMap): void {
    const { object, context, root } = this;
    if (mapsAt(map, "modelSpec").length > 0) this.servers.push(...modelSpecServers(map, object, context));
    else if (isKubeaiModel(map)) this.servers.push(kubeaiModel(map, key ?? "model", map, object, context));
    else if (looksLikeContainer(map) || (key === "containers" && map.get("image"))) {
      const server = valuesContainer(map, { object, key, pod: above, root }, context);
      if (server) this.servers.push(server);
    }
    for (const entry of allEntries(map)) {
      if (entry.key.text === "modelSpec") continue;
      const below = entry.key.text === "containers" ? asMap(entry.value) : undefined;
      if (below) this.visitNamed(below, mapAt(map, "pod") ?? map);
      else this.visit(entry.value, entry.key.text, map);
    }
  }

  /** The common library keeps containers in a map, and what concerns the pod under `pod` beside it. */
  private visitNamed(containers: YamlMap, pod: YamlMap): void {
    for (const { key, value } of allEntries(containers)) this.visit(value, key.text, pod);
  }

  /** Failing that, flags under names of the chart's own: at the root, else under the keys of dependencies. */
  visitCharts(map: YamlMap, name: string, depth: number): void {
    if (roleOf(imageIn(map.get("image"))) === "other") return;
    const direct =
      depth > 0 || hasTellingKey(map) || map.get("image") !== undefined || map.get("model") !== undefined;
    const server = direct ? chartServer(map, name, this.object, this.context) : undefined;
    if (server) this.servers.push(server);
    else if (depth < 2) {
      for (const { key, value } of map.entries) {
        const below = asMap(value);
        if (below) this.visitCharts(below, key.text, depth + 1);
      }
    }
  }
}
