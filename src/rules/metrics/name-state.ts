import type { Span } from "../../base/span";
import type { KubeObject } from "../../kubernetes/model";
import { metricState, readMetricName, type MetricStatus } from "../../metrics/names";
import { placeInQuery, rewriteQuery } from "../../metrics/rewrite";
import { formatVersion } from "../../vllm/version";
import { spotOf, type YamlScalar } from "../../yaml/node";
import type { View } from "../context";
import type { Report, Severity } from "../define";
import { showsHidden, versionsFor, type ReadVersion } from "./versions-in-view";

/** A name where it stands: in a query, or as a metric of an HPA. */
export interface NameUse {
  readonly name: string;
  readonly text: YamlScalar;
  readonly span: Span;
  readonly flow: boolean;
  /** The other names of the same query. */
  readonly names: ReadonlySet<string | undefined>;
  /** Never worse than this: a panel that stays empty is seen, a trigger that reads 0 is not. */
  readonly atMost?: "info";
}

/** Reports a name that a version which answers the query deprecates, hides or no longer has. */
export function checkName(use: NameUse, object: KubeObject, report: Report, view: View): void {
  const history = readMetricName(use.name)?.entry;
  if (!history || (history.deprecated ?? history.hidden ?? history.removed) === undefined) return;
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
    severity: use.atMost ?? (some ? "warning" : severityOf(worst.status, worst.claim)),
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
  // Nothing in view says which release answers: an older one has the name still.
  if (origin === "newest") return "info";
  if (state === "deprecated" || (state === "hidden" && showsHidden(server))) return "warning";
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
        : origin === "newest"
          ? ": from there on the query returns nothing."
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
