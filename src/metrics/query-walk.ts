import type { KubeObject } from "../kubernetes/index";
import { embeddedDocument } from "../yaml/embedded";
import { mapAt, scalarAt, textAt, type YamlMap, type YamlNode, type YamlScalar } from "../yaml/node";
import type { QuerySite } from "./model";

const MAX_DEPTH = 40;
const MAX_SITES = 5000;

/** Keys beside a `query` that make it a trigger's: charts spread a prometheus trigger over values of their own. */
const TRIGGER_KEYS = ["serverAddress", "prometheusServerAddress", "prometheusAddress", "threshold"];

/**
 * Finds queries by their form, wherever they stand: Helm values, rule files, Grafana dashboards, prometheus-adapter's
 * configuration, and files of these kinds in block scalars.
 */
export function queriesIn(node: YamlNode | undefined, object: KubeObject): readonly QuerySite[] {
  const walk = new QueryWalk(object);
  if (node) walk.visit(node, 0);
  return walk.sites;
}

class QueryWalk {
  readonly sites: QuerySite[] = [];
  private readonly seen = new Set<YamlNode>();

  constructor(private readonly object: KubeObject) {}

  visit(node: YamlNode, depth: number): void {
    if (depth > MAX_DEPTH || this.sites.length > MAX_SITES || this.seen.has(node)) return;
    this.seen.add(node);
    if (node.kind === "scalar") {
      const root = holdsQueries(node) ? embeddedDocument(node).root : null;
      if (root) this.visit(root, depth + 1);
    } else if (node.kind === "seq") {
      for (const item of node.items) this.visit(item, depth + 1);
    } else {
      this.read(node);
      for (const { value } of node.entries) if (value) this.visit(value, depth + 1);
    }
  }

  private add(place: QuerySite["place"], node: YamlMap, text: YamlScalar | undefined): void {
    if (text) this.sites.push({ object: this.object, place, node, text });
  }

  private read(map: YamlMap): void {
    const expr = scalarAt(map, "expr");
    if (expr) this.add(map.get("alert") ? "alert" : map.get("record") ? "recording" : "dashboard", map, expr);
    const series = scalarAt(map, "seriesQuery");
    if (series) {
      this.add("adapter", map, series);
      this.add("adapter", map, scalarAt(map, "metricsQuery"));
    }
    const metadata = textAt(map, "type") === "prometheus" ? mapAt(map, "metadata") : undefined;
    if (metadata) this.add("keda-trigger", metadata, scalarAt(metadata, "query"));
    const isTriggers = metadata === undefined && TRIGGER_KEYS.some((key) => map.get(key));
    if (isTriggers && textAt(map, "type") === undefined && !this.isMetadata(map))
      this.add("values", map, scalarAt(map, "query"));
  }

  /** A trigger's metadata is read with the trigger. */
  private isMetadata(map: YamlMap): boolean {
    return this.sites.some(({ node }) => node === map);
  }
}

/** Only in a literal block can a fix change characters without regard to what is around them. */
function holdsQueries({ style, text }: YamlScalar): boolean {
  return style === "literal" && text.includes("vllm") && /\bexpr\b|seriesQuery/.test(text);
}
