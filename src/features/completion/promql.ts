import { metricCatalogue, type MetricEntry } from "../../data/metrics";
import { modelLabel } from "../../autoscaling/target";
import { metricState, readMetricName } from "../../metrics/names";
import { NEWEST, type VllmVersion } from "../../vllm/version";
import { knownText } from "../../kubernetes";
import type { YamlNode } from "../../yaml/node";
import { PROMQL_FUNCTIONS } from "../promql/functions";
import { positionIn, type QueryPlace } from "../promql/position";
import { LABEL_MEANINGS, labelsOf } from "../promql/text";
import { sortTextOf, type Proposal } from "./proposal";
import { innerNodes, type Site } from "./site";
import { scalarText } from "./write";

const QUERY_KEYS = new Set(["query", "expr", "metricsQuery", "seriesQuery"]);

/** Metrics, labels, label values and functions inside a query. */
export function promqlProposals(site: Site): readonly Proposal[] | undefined {
  const query = queryAt(site);
  if (!query) return undefined;
  const position = positionIn(query.text, query.at);
  if (!position) return [];
  const from = site.at - (query.at - position.from);
  const to = site.at + (position.to - query.at);
  const range = site.range(from, to);
  // At the header of a block scalar the first word stands on another line.
  if (range.start.line !== range.end.line) return [];
  return choicesFor(position.place, site).flatMap(({ text = "", caret, ...choice }, i): Proposal[] => {
    const whole = text === "" ? choice.label : text;
    const newText = scalarText(site, whole, false);
    if (newText === undefined) return [];
    const hasCaret = caret !== undefined && newText === whole;
    const selection = hasCaret ? { start: caret, end: caret } : undefined;
    return [
      {
        ...choice,
        range,
        newText,
        selection,
        filterText: choice.label,
        sortText: sortTextOf(i),
        asksOn: hasCaret,
      },
    ];
  });
}

interface Choice {
  readonly label: string;
  readonly kind: Proposal["kind"];
  readonly detail?: string | undefined;
  readonly documentation?: string | undefined;
  readonly deprecated?: boolean;
  /** Left out where it is the label. */
  readonly text?: string;
  /** Where the cursor goes in the text. */
  readonly caret?: number;
}

/** The query that the cursor is in, also one in a file that a block scalar holds. */
function queryAt(site: Site): { readonly text: string; readonly at: number } | undefined {
  if (site.isKey) return undefined;
  const { nodes, scalar } = site;
  if (isQuery(nodes.at(-2), scalar)) return { text: site.text, at: site.at };
  if (scalar.style !== "literal" || !/\bexpr\b|seriesQuery/.test(site.text)) return undefined;
  const inner = innerNodes(site);
  const query = inner.at(-1);
  if (query?.kind !== "scalar" || !isQuery(inner.at(-2), query)) return undefined;
  const place = scalar.spanOf(site.at, site.at).start;
  const at = [...query.text].findIndex((_, i) => query.spanOf(i, i).start >= place);
  return { text: query.text, at: at === -1 ? query.text.length : at };
}

function isQuery(parent: YamlNode | undefined, scalar: YamlNode): boolean {
  return (
    parent?.kind === "map" &&
    parent.entries.some(
      ({ key, value }) => value === scalar && QUERY_KEYS.has(key.text) && isOurs(key.text, parent),
    )
  );
}

/** `query` is a word of many tools: only beside what makes it a trigger's. */
function isOurs(key: string, parent: YamlNode): boolean {
  if (key !== "query" || parent.kind !== "map") return true;
  return ["serverAddress", "threshold", "backend"].some((name) => parent.entry(name));
}

function choicesFor(place: QueryPlace, site: Site): readonly Choice[] {
  switch (place.kind) {
    case "expression": {
      const metrics = metricChoices(site);
      return place.after === "parenthesis" ? [...metrics, ...FUNCTIONS] : [...FUNCTIONS, ...metrics];
    }
    case "label":
      return labelChoices(place.metric, place.inList);
    case "label-value":
      return valueChoices(place.label, site).map((label) => ({ label, kind: "value" }));
  }
}

const FUNCTIONS: readonly Choice[] = PROMQL_FUNCTIONS.map(([name, form, means]) => ({
  label: name,
  kind: "function",
  detail: form,
  documentation: means,
  text: `${name}()`,
  caret: name.length + 1,
}));

function metricChoices(site: Site): readonly Choice[] {
  const servers = site.folder.servers();
  const versions = servers.length > 0 ? servers.map(({ version }) => version.version) : [NEWEST];
  return metricCatalogue.metrics.flatMap((entry) =>
    namesOf(entry).flatMap((name): readonly Choice[] => {
      const states = versions.map((version: VllmVersion) => metricState(name, version).state);
      if (states.every((state) => state === "removed" || state === "hidden" || state === "future")) return [];
      return [
        {
          label: name,
          kind: "metric",
          detail: entry.type,
          documentation: entry.means,
          deprecated: states.includes("deprecated"),
        },
      ];
    }),
  );
}

function namesOf({ name, type }: MetricEntry): readonly string[] {
  return type === "histogram" ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name];
}

/** What a scrape of the Prometheus operator adds. */
const SCRAPED = ["namespace", "pod", "service", "job", "container", "instance"];

function labelChoices(metric: string | undefined, inList: boolean): readonly Choice[] {
  const read = metric === undefined ? undefined : readMetricName(metric);
  const own = read ? labelsOf(read) : ["model_name", "engine"];
  return [...own, ...SCRAPED].map((label) => ({
    label,
    kind: "label",
    detail: own.includes(label) ? "vLLM" : "added by the scrape",
    documentation: LABEL_MEANINGS[label],
    ...(!inList && { text: `${label}=""`, caret: label.length + 2 }),
  }));
}

/** Values that the manifests in view name. */
function valueChoices(label: string, { folder, nodes }: Site): readonly string[] {
  const servers = folder.servers();
  switch (label) {
    case "model_name":
      return [...new Set(servers.flatMap((server) => modelLabel(server) ?? []))];
    case "namespace": {
      const own = knownText(nodes[0], "metadata", "namespace");
      return [
        ...new Set(
          [own, ...servers.map(({ object }) => object.namespace)].filter((name) => name !== undefined),
        ),
      ];
    }
    case "container":
      return [...new Set(servers.flatMap(({ container }) => container?.name ?? []))];
    case "finished_reason":
      return ["stop", "length", "abort", "error"];
    case "engine":
      return ["0"];
    default:
      return [];
  }
}
