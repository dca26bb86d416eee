import { walk, type Aggregate, type Expression, type Selector } from "../../metrics/expression";
import type { QuerySite } from "../../metrics/model";
import { readMetricName } from "../../metrics/names";
import { queryOf } from "../../metrics/promql";
import { excerpt, placeInQuery, rewriteQuery, type QueryChange } from "../../metrics/rewrite";
import type { Span } from "../../base/span";
import { defineRule, type Report, type Severity } from "../define";

export const quantileShape = defineRule({
  id: "alerting/quantile-shape",
  severity: "error",
  fix: "suggested",
  subject: "query",
  summary: "histogram_quantile() gets something that it cannot make a quantile of.",
  why: `\`histogram_quantile\` needs the \`_bucket\` series with their label \`le\`, the quantile as a share from 0 to 1, and a rate over a window.
Without \`le\` there are no buckets, and the result is empty; on \`_sum\`, \`_count\` or the bare name as well, since vLLM exports classic
histograms. A quantile above 1 is \`+Inf\` whatever happens. Without \`rate\` it is the quantile since the process began, which hardly
moves any more after a day.`,
  sources: [
    "https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile",
    "https://prometheus.io/docs/practices/histograms/#quantiles",
    "https://github.com/vllm-project/vllm/blob/main/vllm/v1/metrics/loggers.py",
  ],
  check(site, report) {
    if (site.text.templated) return;
    const query = queryOf(site);
    if (query.uncertain) return;
    query.parts.forEach((part) => {
      if (part.kind !== "call" || part.name !== "histogram_quantile") return;
      const [quantile, histogram] = part.arguments;
      const selector = histogram && onlySelector(histogram);
      if (!quantile || !histogram || !selector) return;
      const place = new Place(site, query.text, report);
      if (quantile.kind === "number") checkQuantile(quantile.value, quantile.span, place);
      if (!checkSeries(selector, place)) return;
      checkBuckets(histogram, place);
      checkRate(histogram, selector, place);
    });
  },
});

interface Problem {
  readonly at: Span;
  readonly message: string;
  readonly advice: string;
  readonly title?: string;
  readonly changes?: readonly QueryChange[];
  readonly severity?: Severity;
}

/** Where findings of one query go. */
class Place {
  constructor(
    private readonly site: QuerySite,
    private readonly text: string,
    private readonly send: Report,
  ) {}

  quote(span: Span): string {
    return excerpt(this.text, span);
  }

  report({ at, message, advice, title, changes, severity }: Problem): void {
    const { site } = this;
    this.send(placeInQuery(site.text, at), {
      message,
      advice,
      ...(severity !== undefined && { severity }),
      fixes:
        title === undefined || !changes
          ? []
          : [{ title, apply: (editor) => rewriteQuery(editor, site.text, changes, site.node.flow) }],
    });
  }
}

/** The one selector below, when it is a histogram of vLLM and nothing but rates and sums is in between. */
function onlySelector(expression: Expression): Selector | undefined {
  if (expression.kind === "selector") {
    const read = expression.name === undefined ? undefined : readMetricName(expression.name);
    return read?.entry.type === "histogram" && !read.entry.inferred ? expression : undefined;
  }
  if (expression.kind === "aggregate" || expression.kind === "range") return onlySelector(expression.of);
  if (expression.kind !== "call") return undefined;
  const [inner] = expression.arguments;
  return inner && expression.arguments.length === 1 ? onlySelector(inner) : undefined;
}

function checkQuantile(value: number, at: Span, place: Place): void {
  if (value >= 0 && value <= 1) return;
  const newText = value > 1 && value <= 100 ? String(Number((value / 100).toFixed(6))) : undefined;
  place.report({
    at,
    message: `A quantile is a share from 0 to 1, and \`${value}\` gives ${value > 1 ? "+Inf" : "-Inf"}.`,
    advice: newText === undefined ? "Use a share." : `Write \`${newText}\`.`,
    ...(newText !== undefined && { title: `Write \`${newText}\``, changes: [{ span: at, newText }] }),
  });
}

function checkSeries({ name = "", nameSpan }: Selector, place: Place): boolean {
  const read = readMetricName(name);
  if (!read || read.series === "_bucket") return true;
  const newText = `${read.entry.name}_bucket`;
  place.report({
    at: nameSpan,
    message: `Quantiles are made of buckets, and \`${name}\` has none.`,
    advice: `Use \`${newText}\`.`,
    title: `Use \`${newText}\``,
    changes: [{ span: nameSpan, newText }],
  });
  return false;
}

/** The outermost aggregation decides which labels are left. */
function checkBuckets(histogram: Expression, place: Place): void {
  const aggregate = outermost(histogram);
  if (!aggregate || !/^(sum|avg|max|min)$/.test(aggregate.operator)) return;
  const { grouping } = aggregate;
  if (grouping ? (grouping.type === "by") === grouping.labels.includes("le") : false) return;
  const at = grouping?.span ?? aggregate.operatorSpan;
  place.report({
    at,
    message: grouping
      ? `\`${place.quote(at)}\` takes the label \`le\` away: without buckets there is no quantile.`
      : `\`${aggregate.operator}\` without \`by (le)\` adds all buckets up: there is no quantile of it.`,
    advice: "Keep `le`.",
    ...(grouping?.type !== "without" && { title: "Keep `le`", changes: [keepLe(aggregate)] }),
  });
}

function keepLe({ grouping, operatorSpan }: Aggregate): QueryChange {
  if (!grouping) return { span: { start: operatorSpan.end, end: operatorSpan.end }, newText: " by (le) " };
  const at = grouping.span.end - 1;
  return { span: { start: at, end: at }, newText: grouping.labels.length > 0 ? ", le" : "le" };
}

function outermost(expression: Expression): Aggregate | undefined {
  if (expression.kind === "aggregate") return expression;
  if (expression.kind === "range") return outermost(expression.of);
  const [inner] = expression.kind === "call" ? expression.arguments : [];
  return inner && outermost(inner);
}

function checkRate(histogram: Expression, selector: Selector, place: Place): void {
  let hasRange = false;
  walk(histogram, (part) => void (hasRange ||= part.kind === "range"));
  if (hasRange) return;
  const { start, end } = selector.outer;
  place.report({
    at: selector.span,
    message: `Without a rate this is the quantile of everything since the process began.`,
    advice: "Wrap it in `rate(…[5m])`.",
    severity: "warning",
    title: "Wrap it in `rate(…[5m])`",
    changes: [
      { span: { start, end: start }, newText: "rate(" },
      { span: { start: end, end }, newText: "[5m])" },
    ],
  });
}
