import { asScaler } from "../../autoscaling/scaler";
import { modelLabel } from "../../autoscaling/target";
import type { Matcher } from "../../metrics/expression";
import type { QuerySite } from "../../metrics/model";
import { readMetricName } from "../../metrics/names";
import { queryOf } from "../../metrics/promql";
import { placeInQuery, rewriteQuery } from "../../metrics/rewrite";
import type { VllmServer } from "../../vllm/model";
import type { View } from "../context";
import { defineRule } from "../define";
import { scaledServers } from "../scaled";
import { placeOfModel } from "../places";

export const modelNameMismatch = defineRule({
  id: "metrics/model-name-mismatch",
  severity: "warning",
  fix: "suggested",
  subject: "query",
  summary: "A query asks for a model under another name than the server reports it.",
  why: `The label \`model_name\` is the first \`--served-model-name\`, or the model as given when there is none: the repository's name or the path,
to the letter. Adapters have no label of their own. A query on any other name selects nothing, and a trigger on nothing reads 0.`,
  sources: [
    "https://github.com/vllm-project/vllm/blob/main/vllm/v1/metrics/loggers.py",
    "https://docs.vllm.ai/en/latest/cli/serve/#-served-model-name",
  ],
  check(site, report, { view }) {
    if (site.text.templated || site.place === "adapter") return;
    const matchers = queryOf(site).selectors.flatMap(({ name, matchers: all }) =>
      name !== undefined && readMetricName(name)?.entry.labels?.includes("model_name") !== false
        ? all.filter(({ label, operator }) => label === "model_name" && operator === "=")
        : [],
    );
    if (matchers.length === 0) return;
    const scaler = asScaler(site.object);
    const scaled = scaler ? scaledServers(scaler, view) : [];
    for (const matcher of matchers) {
      const server = scaled.length > 0 ? otherName(matcher, scaled) : renamed(matcher, view);
      if (server) reportMatcher(site, matcher, server);
    }

    function reportMatcher(
      { text, node }: QuerySite,
      { value, valueSpan }: Matcher,
      server: VllmServer,
    ): void {
      const meant = modelLabel(server) ?? "";
      report(placeInQuery(text, valueSpan), {
        message: `\`${server.name}\` reports its model as \`${meant}\`: \`${value}\` selects nothing.`,
        advice: `Match \`model_name="${meant}"\`.`,
        related: [{ at: placeOfModel(server), message: "The model of this server." }],
        fixes: [
          {
            title: `Write \`${meant}\``,
            apply: (editor) => rewriteQuery(editor, text, [{ span: valueSpan, newText: meant }], node.flow),
          },
        ],
      });
    }
  },
});

function isKnown(value: string): boolean {
  return value !== "" && !/[$<{]|\[\[/.test(value);
}

/** The scaled server, when none of those that are scaled goes by the name asked for. */
function otherName({ value }: Matcher, servers: readonly VllmServer[]): VllmServer | undefined {
  const labels = servers.map(modelLabel);
  return isKnown(value) && labels.every((label) => label !== undefined && label !== value)
    ? servers[0]
    : undefined;
}

/** Elsewhere only a server of the very model that is asked for, served under a name of its own. */
function renamed({ value }: Matcher, view: View): VllmServer | undefined {
  if (!isKnown(value)) return undefined;
  return view.select((all) => {
    const servers = all.servers();
    const labels = servers.map(modelLabel);
    if (labels.includes(undefined) || labels.includes(value)) return undefined;
    return servers.find(({ engine }) => engine.model.known && engine.model.value === value);
  });
}
