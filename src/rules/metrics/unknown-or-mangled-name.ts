import { distance } from "fastest-levenshtein";
import { metricCatalogue } from "../../data/metrics";
import type { Selector } from "../../metrics/expression";
import type { QuerySite } from "../../metrics/model";
import { metricState, readMetricName } from "../../metrics/names";
import { queryOf } from "../../metrics/promql";
import { nameOfRule } from "../../metrics/queries";
import { placeInQuery, rewriteQuery } from "../../metrics/rewrite";
import { formatVersion } from "../../vllm/version";
import type { View } from "../context";
import { defineRule, type FindingDetails } from "../define";
import { versionsFor } from "./versions-in-view";

export const unknownOrMangledName = defineRule({
  id: "metrics/unknown-or-mangled-name",
  severity: "error",
  fix: "suggested",
  subject: "query",
  summary: "A query reads a name that vLLM does not export, but one much like it.",
  why: `vLLM's metric names have a colon after the prefix, \`vllm:num_requests_waiting\`, and the Prometheus client adds \`_total\` to every
counter, so the code's \`vllm:num_preemptions\` is scraped as \`vllm:num_preemptions_total\`. A query on a name that does not exist returns
nothing and says nothing. Names with an underscore for the colon do exist where an OpenTelemetry collector or a relabeling writes them;
without one of these they select nothing.`,
  sources: [
    "https://docs.vllm.ai/en/latest/usage/metrics/",
    "https://github.com/vllm-project/vllm/blob/main/vllm/v1/metrics/loggers.py",
    "https://prometheus.github.io/client_python/instrumenting/counter/",
  ],
  check(site, report, { view }) {
    if (site.text.templated) return;
    for (const selector of queryOf(site).selectors) {
      const found = selector.name === undefined ? undefined : judge(selector.name, site, view);
      if (!found) continue;
      const { meant, ...details } = found;
      const change = { span: selector.nameSpan, newText: meant ?? "" };
      const fix = { title: `Write \`${meant ?? ""}\``, apply: renamer(site, change) };
      report(placeInQuery(site.text, selector.nameSpan), {
        ...details,
        fixes: meant === undefined ? [] : [fix],
      });
    }
  },
});

function renamer(site: QuerySite, change: { span: Selector["nameSpan"]; newText: string }) {
  return (editor: Parameters<typeof rewriteQuery>[0]): void =>
    rewriteQuery(editor, site.text, [change], site.node.flow);
}

type Judgement = FindingDetails & { readonly meant: string | undefined };

function judge(name: string, site: QuerySite, view: View): Judgement | undefined {
  const read = readMetricName(name);
  if (read?.lacksTotal) {
    const meant = `${name}_total`;
    return {
      message: `\`${name}\` is a counter and is exported as \`${meant}\`.`,
      advice: `Write \`${meant}\`.`,
      meant,
    };
  }
  if (read) return notYet(name, site, view);
  const colon = /^vllm_(\w+)$/.exec(name)?.[1];
  if (colon !== undefined && readMetricName(`vllm:${colon}`) && !isRecorded(name, view)) {
    const meant = `vllm:${colon}`;
    const message = `\`${name}\` has an underscore where vLLM exports a colon: \`${meant}\`.`;
    return {
      message,
      advice: "Write the colon, unless a collector or relabeling renames the series.",
      severity: "warning",
      meant,
    };
  }
  const meant = /^vllm:[a-z0-9_]+$/.test(name) && !isRecorded(name, view) ? nearest(name) : undefined;
  return meant === undefined
    ? undefined
    : { message: `\`${name}\` is no metric of vLLM.`, advice: `Write \`${meant}\`.`, meant };
}

/** Younger than every server that it is read from. Only said where the versions are known. */
function notYet(name: string, site: QuerySite, view: View): Judgement | undefined {
  const versions = versionsFor(site.object, view);
  const some = versions[0]?.version;
  if (some && metricState(name, some).state !== "future") return undefined;
  const states = versions.map((claim) => ({ claim, status: metricState(name, claim.version) }));
  const [first] = states;
  if (!first || !states.every(({ claim, status }) => status.state === "future" && claim.origin !== "newest"))
    return undefined;
  const older = metricCatalogue.metrics.find(({ replacedBy }) => replacedBy === name);
  const runs = `\`${first.claim.server?.name ?? "the server"}\` runs ${formatVersion(first.claim.version)}`;
  return {
    message: `\`${name}\` exists since vLLM ${first.status.since ?? ""}, and ${runs}: the query returns nothing.`,
    advice: older ? `Use \`${older.name}\` with this version.` : "Update vLLM, or drop it.",
    meant: undefined,
  };
}

const recorded = new WeakMap<readonly QuerySite[], ReadonlySet<string | undefined>>();

function isRecorded(name: string, view: View): boolean {
  return view.select((all) => recordedNames(all.queries()).has(name));
}

function recordedNames(sites: readonly QuerySite[]): ReadonlySet<string | undefined> {
  let names = recorded.get(sites);
  if (!names) {
    names = new Set(sites.filter(({ place }) => place === "recording").map(nameOfRule));
    recorded.set(sites, names);
  }
  return names;
}

/** A known series within two letters; short names are too near to each other. */
function nearest(name: string): string | undefined {
  if (name.length < 14) return undefined;
  const suffix = /_(bucket|sum|count)$/.exec(name)?.[0] ?? "";
  const base = name.slice(0, name.length - suffix.length);
  const wanted = metricCatalogue.metrics.filter(
    ({ type, removed }) => (type === "histogram") === (suffix !== "") && removed === undefined,
  );
  const near = wanted.filter((entry) => distance(entry.name, base) <= 2);
  return near.length === 1 && near[0] ? near[0].name + suffix : undefined;
}
