import { queryOf } from "../../metrics/promql";
import { defineRule } from "../define";
import { checkName } from "./name-state";

export const removedName = defineRule({
  id: "metrics/removed-name",
  severity: "error",
  fix: "safe",
  subject: "query",
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
  check(site, report, { view }) {
    if (site.text.templated) return;
    const { selectors } = queryOf(site);
    const names = new Set(selectors.map(({ name }) => name));
    for (const { name, nameSpan } of selectors) {
      if (name === undefined) continue;
      const use = { name, text: site.text, span: nameSpan, flow: site.node.flow, names };
      checkName(site.place === "dashboard" ? { ...use, atMost: "info" } : use, site.object, report, view);
    }
  },
});
