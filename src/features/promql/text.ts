import { code } from "../../base/markdown";
import type { MetricEntry } from "../../data/metrics";
import { metricState, readMetricName, type MetricName } from "../../metrics/names";
import type { VllmServer } from "../../vllm/model";
import { formatVersion } from "../../vllm/version";

/** What a metric is, in a few lines of Markdown; undefined for names that are not vLLM's. */
export function metricCard(name: string, servers: readonly VllmServer[]): string | undefined {
  const read = readMetricName(name);
  if (!read) return undefined;
  const { entry } = read;
  const unit = unitOf(read);
  const lines = [
    `**\`${name}\`** · ${typeOf(read)}${unit === undefined ? "" : ` · ${unit}`}`,
    read.lacksTotal ? `Not exported under this name: it is \`${name}_total\`.` : undefined,
    `${seriesText(read)}${entry.means}`,
    `Labels: ${labelsOf(read)
      .map((label) => `\`${label}\``)
      .join(
        ", ",
      )}${entry.moreLabels ? " and more" : ""}, with what the scrape adds (\`namespace\`, \`pod\`, …)`,
    historyOf(entry),
    entry.when === undefined ? undefined : `Only with: ${entry.when}`,
    ...stateHere(name, servers),
  ];
  return lines.filter((line) => line !== undefined).join("\n\n");
}

/** Labels that vLLM itself gives a series. */
export function labelsOf({ entry, series }: MetricName): readonly string[] {
  return [...(entry.labels ?? ["model_name", "engine"]), ...(series === "_bucket" ? ["le"] : [])];
}

/** What each label of vLLM's series says. */
export const LABEL_MEANINGS: Readonly<Record<string, string>> = {
  model_name: "The model as it is served: the first `--served-model-name`, else the model itself.",
  engine: "The data-parallel engine in the pod, from 0.",
  finished_reason: "Why a request ended: stop, length, abort, error.",
  le: "Upper bound of a histogram's bucket.",
  namespace: "Namespace of the pod; added by the scrape.",
  pod: "Name of the pod; added by the scrape.",
  container: "Name of the container; added by the scrape.",
  service: "Service that the target was found through; added by the scrape.",
  job: "Scrape job; added by the scrape.",
  instance: "Address that was scraped; added by the scrape.",
  reason: "Why the request waits: capacity or deferred.",
  position: "Place of the token in the draft.",
};

function typeOf({ entry, series }: MetricName): string {
  if (series === "_bucket") return "histogram, cumulative buckets";
  if (series === "_sum") return "histogram, sum of all samples";
  if (series === "_count") return "histogram, number of samples";
  return series === "_created" ? "gauge, time of creation" : entry.type;
}

function seriesText({ series }: MetricName): string {
  return series === "_count" ? "How many samples there were. " : series === "_sum" ? "The sum of them. " : "";
}

/** As the name says it, which vLLM keeps to except for `_perc`. */
function unitOf({ entry, series }: MetricName): string | undefined {
  if (series === "_count") return "samples";
  const { name } = entry;
  if (/_(perc|hit_rate|acceptance_rate)$/.test(name)) return "share from 0 to 1";
  if (/_seconds$|_time_total$|^vllm:time_in_queue/.test(name)) return "seconds";
  if (/_milliseconds$/.test(name)) return "milliseconds";
  if (/bytes/.test(name)) return "bytes";
  if (/tokens(_|$)/.test(name)) return "tokens";
  return /num_requests|request_success|corrupted_requests/.test(name) ? "requests" : undefined;
}

function historyOf({
  since,
  deprecated,
  hidden,
  removed,
  replacedBy,
  instead,
}: MetricEntry): string | undefined {
  const steps = [
    since === undefined ? undefined : since === "0.4.0" ? "since 0.4.0 or before" : `since ${since}`,
    deprecated && `deprecated in ${deprecated}`,
    hidden && `hidden in ${hidden}`,
    removed && `removed in ${removed}`,
  ].filter((step) => step !== undefined);
  const next =
    replacedBy === undefined
      ? instead === undefined
        ? ""
        : `; use the ${instead}`
      : `; use \`${replacedBy}\``;
  return steps.length === 0 ? undefined : `vLLM: ${steps.join(", ")}${next}`;
}

/** What the servers in view make of the name. */
function stateHere(name: string, servers: readonly VllmServer[]): readonly string[] {
  const told = servers.slice(0, 3).map(({ name: server, version }) => {
    const { state } = metricState(name, version.version);
    const assumed = version.origin === "newest" ? " (assumed)" : "";
    const verb = {
      current: "exports it",
      deprecated: "still exports it",
      hidden: "hides it",
      removed: "no longer has it",
      future: "does not have it yet",
      unknown: "does not know it",
    }[state];
    return `${code(server)} on ${formatVersion(version.version)}${assumed} ${verb}`;
  });
  return told.length === 0 ? [] : [`Here: ${told.join("; ")}`];
}
