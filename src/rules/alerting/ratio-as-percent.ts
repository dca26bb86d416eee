import { upperBound } from "../../metrics/bounds";
import type { Expression } from "../../metrics/expression";
import type { QuerySite } from "../../metrics/model";
import { isFraction, readMetricName } from "../../metrics/names";
import { queryOf, type Query } from "../../metrics/promql";
import { excerpt, placeInQuery, rewriteQuery } from "../../metrics/rewrite";
import { shapeOf } from "../../metrics/shape";
import { numberAt, scalarAt, spotOf } from "../../yaml/node";
import { defineRule, type Report } from "../define";

export const ratioAsPercent = defineRule({
  id: "alerting/ratio-as-percent",
  severity: "error",
  fix: "suggested",
  subject: "query",
  summary: "A share from 0 to 1 is compared with a number of percent.",
  why: `\`vllm:kv_cache_usage_perc\` runs from 0 to 1 in spite of its name: 1 means that every block is in use. A threshold of 80 or 90 is
never reached, so the alert never fires and the trigger never asks for a replica. The same holds for hit rates made of two counters.`,
  sources: [
    "https://docs.vllm.ai/en/latest/usage/metrics/",
    "https://github.com/vllm-project/vllm/blob/main/vllm/v1/metrics/loggers.py",
  ],
  check(site, report) {
    if (site.text.templated) return;
    const query = queryOf(site);
    if (query.uncertain) return;
    checkComparisons(site, query, report);
    if (site.place === "keda-trigger") checkThreshold(site, query, report);
  },
});

/** Percent, not a bound chosen to be out of reach. */
function isPercent(value: number): boolean {
  return value > 1 && value <= 100;
}

function checkComparisons(site: QuerySite, query: Query, report: Report): void {
  query.parts.forEach((part) => {
    if (part.kind !== "binary" || !/^(>|<|>=|<=|==)$/.test(part.operator) || part.right.kind !== "number")
      return;
    const { value, span } = part.right;
    if (!isPercent(value) || upperBound(part.left) !== 1) return;
    const newText = String(Number((value / 100).toFixed(6)));
    report(placeInQuery(site.text, span), {
      message: `\`${excerpt(query.text, part.left.span)}\` runs from 0 to 1: \`${part.operator} ${value}\` is ${part.operator.startsWith("<") ? "always true" : "never true"}.`,
      advice: `Compare with \`${newText}\`.`,
      fixes: [
        {
          title: `Change it to \`${newText}\``,
          apply: (editor) => rewriteQuery(editor, site.text, [{ span, newText }], site.node.flow),
        },
      ],
    });
  });
}

/** A sum of shares is compared per replica, and several engines in one can exceed 1 together; 20 of them cannot. */
function checkThreshold(site: QuerySite, query: Query, report: Report): void {
  const scalar = scalarAt(site.node, "threshold");
  const threshold = numberAt(site.node, "threshold");
  if (!scalar || threshold === undefined || !isPercent(threshold)) return;
  const shape = shapeOf(query);
  const isMean = (shape.kind === "mean" || shape.kind === "ratio") && shape.upper === 1;
  const isSum = shape.kind === "total" && threshold >= 20 && sumsShares(query.root);
  if (!isMean && !isSum) return;
  const newText = String(Number((threshold / 100).toFixed(6)));
  report(spotOf(scalar), {
    message: `\`${excerpt(query.text, query.root.span)}\` is made of shares from 0 to 1: a threshold of ${threshold} is never reached.`,
    advice: `Set the threshold to \`"${newText}"\`.`,
    fixes: [
      {
        title: `Set the threshold to \`"${newText}"\``,
        apply: (editor) => editor.replace(spotOf(scalar), `"${newText}"`),
      },
    ],
  });
}

/** True for `sum(share)` as it stands, without a factor. */
function sumsShares(root: Expression): boolean {
  if (root.kind !== "aggregate" || root.operator !== "sum" || root.of.kind !== "selector") return false;
  const entry = readMetricName(root.of.name ?? "")?.entry;
  return entry !== undefined && isFraction(entry);
}
