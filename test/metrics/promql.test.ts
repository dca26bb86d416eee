import assert from "node:assert/strict";
import fc from "fast-check";
import { cardinalityOf } from "../../src/metrics/cardinality";
import { parseQuery } from "../../src/metrics/promql";
import { secondsOf } from "../../src/metrics/promql-tree";
import { shapeOf, type Shape } from "../../src/metrics/shape";

const KV = "vllm:kv_cache_usage_perc";
const WAITING = "vllm:num_requests_waiting";
const describeShape = (shape: Shape): string => {
  if (shape.kind === "divided") return `divided by ${shape.divisor}`;
  return "upper" in shape ? `${shape.kind} up to ${shape.upper ?? "?"}` : shape.kind;
};
const shape = (text: string): string => describeShape(shapeOf(parseQuery(text)));

describe("parseQuery", () => {
  it("finds selectors with their places", () => {
    const text = `sum(${WAITING}{namespace="a",model_name=~"b|c"}) / count(up)`;
    const query = parseQuery(text);
    assert.deepEqual(
      query.selectors.map(({ name }) => name),
      [WAITING, "up"],
    );
    const [first] = query.selectors;
    assert.equal(text.slice(first?.nameSpan.start, first?.nameSpan.end), WAITING);
    assert.equal(text.slice(first?.braces?.start, first?.braces?.end), '{namespace="a",model_name=~"b|c"}');
    assert.deepEqual(
      first?.matchers.map(({ label, operator, value }) => [label, operator, value]),
      [
        ["namespace", "=", "a"],
        ["model_name", "=~", "b|c"],
      ],
    );
    assert.equal(query.uncertain, false);
  });

  it("reads names in every way Prometheus takes them", () => {
    for (const text of [`{__name__="${KV}"}`, `{"${KV}", a="b"}`, `${KV}{}`]) {
      const [selector] = parseQuery(text).selectors;
      assert.equal(selector?.name, KV, text);
      assert.equal(text.slice(selector?.nameSpan.start, selector?.nameSpan.end), KV, text);
    }
  });

  it("keeps parentheses and offsets around an expression", () => {
    const text = "(sum(up offset 5m)) / 2";
    const { root } = parseQuery(text);
    assert.ok(root.kind === "binary");
    assert.equal(text.slice(root.left.outer.start, root.left.outer.end), "(sum(up offset 5m))");
    assert.equal(text.slice(root.left.span.start, root.left.span.end), "sum(up offset 5m)");
  });

  it("marks what it cannot be sure of", () => {
    for (const text of [
      "sum(up", "", "sum(rate(x[$__rate_interval]))", 'sum(x{a="{{ .Values.a }}"})', "sum(x{a=\"${A}\"})", 'sum(x{a="<your-model>"})',
      'sum(x{app.kubernetes.io/component="a"})', "<<.Series>>",
    ]) assert.equal(parseQuery(text).uncertain, true, text); // prettier-ignore
  });

  it("does not take comparisons and regular expressions for variables", () => {
    for (const text of ["a < b > c", 'x{pod=~"vllm-.*$"}', 'label_replace(x, "a", "$1", "b", "(.*)")'])
      assert.equal(parseQuery(text).uncertain, false, text);
  });

  it("never throws, and keeps every span inside the text", () => {
    const word = fc.constantFrom(
      "sum",
      "(",
      ")",
      KV,
      "{",
      "}",
      '"',
      "/",
      "by",
      "[5m]",
      " ",
      "or",
      "vector(0)",
      "\n",
      "é",
      "$x",
      "1",
    );
    fc.assert(
      fc.property(
        fc.array(word, { maxLength: 30 }).map((words) => words.join("")),
        (text) => {
          const query = parseQuery(text);
          for (const { span, nameSpan } of query.selectors) {
            assert.ok(span.start >= 0 && span.end <= text.length && nameSpan.end <= text.length);
          }
          shapeOf(query);
          cardinalityOf(query);
        },
      ),
    );
    assert.equal(parseQuery("(".repeat(5000) + "up" + ")".repeat(5000)).uncertain, true);
  });

  it("reads durations", () => {
    assert.deepEqual(["30s", "5m", "1h30m", "500ms", "60", "$x", "5m * 2"].map(secondsOf), [
      30,
      300,
      5400,
      0.5,
      60,
      undefined,
      undefined,
    ]);
  });
});

describe("shapeOf", () => {
  const cases: Record<string, string> = {
    [`sum(${WAITING})`]: "total",
    [`(sum(${WAITING}) or vector(0))`]: "total",
    [`sum(${WAITING}) + sum(vllm:num_requests_running)`]: "total",
    [`sum(avg by (pod) (${KV}))`]: "total",
    "sum(rate(vllm:generation_tokens_total[5m])) > 0": "total",
    [`max_over_time(sum(${WAITING})[5m:30s])`]: "total",
    [`avg(${KV})`]: "mean up to 1",
    [`avg(${KV}) * 100`]: "mean up to 100",
    [`100 * max(${KV} > 0.1)`]: "mean up to 100",
    [`avg(vllm:gpu_cache_usage_perc) or avg(${KV})`]: "mean up to 1",
    [`avg(avg_over_time(${KV}[5m]))`]: "mean up to 1",
    [`avg(${WAITING})`]: "mean up to ?",
    [`sum(${WAITING}) / count(kube_deployment_status_replicas_ready{deployment="x"})`]: "divided by one",
    [`sum(${WAITING}) / sum(kube_deployment_status_replicas_ready)`]: "divided by replicas",
    [`sum(${WAITING}) / scalar(kube_deployment_status_replicas_ready{deployment="x"})`]:
      "divided by replicas",
    [`sum(${WAITING}) / count(up{job="vllm"} == 1)`]: "divided by replicas",
    [`sum(${WAITING}) / clamp_min(count(${WAITING}), 1)`]: "divided by replicas",
    [`(sum(${WAITING}) / (count(count by (pod) (${WAITING})) or vector(1)))`]: "divided by replicas",
    [`avg(${KV}) * count(${KV})`]: "total",
    "sum(rate(vllm:prefix_cache_hits_total[5m])) / sum(rate(vllm:prefix_cache_queries_total[5m]))":
      "ratio up to 1",
    "sum(rate(vllm:e2e_request_latency_seconds_sum[5m])) / sum(rate(vllm:e2e_request_latency_seconds_count[5m]))":
      "ratio up to ?",
    [`sum(${WAITING}) / 10`]: "total",
    [KV]: "unknown",
    [`sum by (pod) (${WAITING})`]: "unknown",
    [`sum(${WAITING}) / unrelated`]: "unknown",
    [`1 - avg(${KV})`]: "unknown",
    [`avg(${KV}) > bool 0.8`]: "unknown",
    [`avg(${KV}{model_name="{{ .m }}"})`]: "unknown",
    "histogram_quantile(0.95, sum by (le) (rate(x_bucket[5m])))": "unknown",
  };
  for (const [text, expected] of Object.entries(cases)) {
    it(text, () => assert.equal(shape(text), expected));
  }
});

describe("cardinalityOf", () => {
  const cases: Record<string, string> = {
    [`sum(${WAITING})`]: "one",
    [WAITING]: "many",
    [`${WAITING}{model_name="a"} > 1`]: "many",
    [`rate(vllm:generation_tokens_total[5m])`]: "many",
    [`${WAITING}{pod="vllm-0"}`]: "unknown",
    [`sum by (pod) (${WAITING})`]: "many",
    [`sum by (model_name) (${WAITING})`]: "groups",
    [`sum by (model_name) (${WAITING}{model_name="a"})`]: "one",
    'wva_desired_replicas{variant_name="a"}': "unknown",
    "scalar(sum(up))": "scalar",
    [`topk(1, ${WAITING})`]: "one",
    [`histogram_quantile(0.95, sum by (le) (rate(vllm:time_to_first_token_seconds_bucket[5m])))`]: "one",
    [`histogram_quantile(0.95, sum by (le, model_name) (rate(vllm:time_to_first_token_seconds_bucket[5m])))`]:
      "groups",
    [`histogram_quantile(0.95, rate(vllm:time_to_first_token_seconds_bucket[5m]))`]: "many",
    [`sum(${WAITING}) or vector(0)`]: "one",
    [`${WAITING} + vllm:num_requests_running`]: "many",
    [`sum(${WAITING}) / 2`]: "one",
  };
  for (const [text, expected] of Object.entries(cases)) {
    it(text, () => assert.equal(cardinalityOf(parseQuery(text)), expected));
  }
});
