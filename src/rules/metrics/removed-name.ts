import { asScaler } from "../../autoscaling/scaler";
import type { KubeObject } from "../../kubernetes/model";
import { metricState, type MetricStatus } from "../../metrics/names";
import { parseQuery } from "../../metrics/promql";
import { queriesOf } from "../../metrics/queries";
import { placeInQuery, rewriteQuery } from "../../metrics/rewrite";
import { formatVersion } from "../../vllm/version";
import { spotOf, type YamlScalar } from "../../yaml/node";
import type { Span } from "../../base/span";
import type { View } from "../context";
import { defineRule, type Report, type Severity } from "../define";
import { showsHidden, versionsFor, type ReadVersion } from "./versions-in-view";

export const removedName = defineRule({
  id: "metrics/removed-name",
  severity: "error",
  fix: "safe",
  subject: "object",
  summary: "A query reads a metric that the vLLM version in use no longer exports.",
  why: `vLLM renames metrics now and then: a name is deprecated in one release, hidden in a later one (exported only with
\`--show-hidden-metrics-for-version\`) and removed after that. \`vllm:gpu_cache_usage_perc\` went that way, from 0.9.2 over 0.11.0 to its end
in 0.12.0; its successor is \`vllm:kv_cache_usage_perc\`. A query on a name that is gone is no error anywhere: Prometheus returns nothing, a
KEDA trigger reads that as 0 and votes for the minimum, and an alert can never fire again.`,
  sources: [
    "https://docs.vllm.ai/en/latest/usage/metrics/",
    "https://github.com/vllm-project/vllm/pull/18354",
    "https://github.com/vllm-project/vllm/pull/24245",
    "https://github.com/vllm-project/vllm/pull/29330",
    "https://github.com/vllm-project/vllm/issues/27133",
  ],
  check(object, report, { view }) {
    for (const { text, node } of queriesOf(object)) {
      if (text.templated) continue;
      const { selectors } = parseQuery(text.text);
      const names = new Set(selectors.map(({ name }) => name));
      for (const { name, nameSpan } of selectors) {
        if (name !== undefined)
          checkName({ name, text, span: nameSpan, flow: node.flow, names }, object, report, view);
      }
    }
    checkHpa(object, report, view);
  },
});

/** A name where it stands: in a query, or as a metric of an HPA. */
interface NameUse {
  readonly name: string;
  readonly text: YamlScalar;
  readonly span: Span;
  readonly flow: boolean;
  /** The other names of the same query. */
  readonly names: ReadonlySet<string | undefined>;
}

/** Adapters and Google's exporter keep the name or write `_` for the colon: `vllm_x`, `prometheus.googleapis.com|vllm:x|gauge`. */
function checkHpa(object: KubeObject, report: Report, view: View): void {
  const scaler = asScaler(object);
  if (scaler?.type !== "hpa") return;
  for (const { metric } of scaler.signals) {
    const match = metric && !metric.templated ? /(^|[|/])(vllm[:_])([a-z0-9_]+)/.exec(metric.text) : null;
    if (!metric || !match) continue;
    const start = match.index + (match[1]?.length ?? 0);
    const name = `vllm:${match[3] ?? ""}`;
    const span = { start, end: start + name.length };
    checkName({ name, text: metric, span, flow: true, names: new Set() }, object, report, view);
  }
}

function checkName(use: NameUse, object: KubeObject, report: Report, view: View): void {
  const versions = versionsFor(object, view);
  const read = versions.map((claim) => ({ claim, status: metricState(use.name, claim.version) }));
  const gone = read.filter(({ status }) => /^(deprecated|hidden|removed)$/.test(status.state));
  const worst = gone.toSorted((a, b) => RANK[b.status.state] - RANK[a.status.state])[0];
  if (!worst || (worst.status.replacement !== undefined && use.names.has(worst.status.replacement))) return;
  const some = gone.length < read.length;
  const { replacement, entry } = worst.status;
  const known =
    replacement !== undefined &&
    !some &&
    versions.every(({ version }) => metricState(replacement, version).state === "current");
  report(placeInQuery(use.text, use.span), {
    message: messageFor(use.text.text.slice(use.span.start, use.span.end), worst.status, worst.claim),
    advice: adviceFor(replacement, entry?.instead, some),
    severity: some ? "warning" : severityOf(worst.status, worst.claim),
    ...(worst.claim.server && { related: relatedTo(worst.claim.server) }),
    fixes: known ? [renameFix(use, replacement, versions)] : [],
  });
}

const RANK: Readonly<Record<MetricStatus["state"], number>> = {
  current: 0,
  future: 0,
  unknown: 0,
  deprecated: 1,
  hidden: 2,
  removed: 3,
};

function severityOf({ state }: MetricStatus, { origin, server }: ReadVersion): Severity {
  if (state === "deprecated") return origin === "newest" ? "info" : "warning";
  if (origin === "newest" || (state === "hidden" && showsHidden(server))) return "warning";
  return "error";
}

function messageFor(
  name: string,
  { state, since, entry }: MetricStatus,
  { origin, server, version }: ReadVersion,
): string {
  const what =
    state === "removed" ? "was removed in" : state === "hidden" ? "is hidden since" : "is deprecated since";
  const who = server && origin !== "newest" ? `, and \`${server.name}\` runs ${formatVersion(version)}` : "";
  const end = entry?.removed === undefined ? "." : `: it is gone from ${entry.removed} on.`;
  const effect =
    state === "deprecated"
      ? end
      : state === "hidden" && showsHidden(server)
        ? ", shown for now."
        : ": the query returns nothing.";
  return `\`${name}\` ${what} vLLM ${since ?? ""}${who}${effect}`;
}

function adviceFor(replacement: string | undefined, instead: string | undefined, some: boolean): string {
  if (replacement === undefined)
    return instead === undefined ? "Nothing took its place: drop it." : `Use the ${instead}.`;
  return some
    ? `Ask for \`${replacement}\` as well, joined with \`or\`, while both versions run.`
    : `Use \`${replacement}\`.`;
}

function relatedTo(server: NonNullable<ReadVersion["server"]>) {
  return server.image
    ? [{ at: spotOf(server.image.node), message: "The version comes from this image." }]
    : [];
}

function renameFix(use: NameUse, replacement: string, versions: readonly ReadVersion[]) {
  const written = use.text.text.slice(use.span.start, use.span.end);
  const newText = written.startsWith("vllm_") ? replacement.replace(":", "_") : replacement;
  return {
    title: `Rename it to \`${newText}\``,
    // An HPA's name has to be the one that an adapter makes, and of an assumed version only its owner knows.
    safe: use.names.size > 0 && versions.every(({ origin }) => origin !== "newest"),
    apply: (editor: Parameters<typeof rewriteQuery>[0]) =>
      rewriteQuery(editor, use.text, [{ span: use.span, newText }], use.flow),
  };
}
