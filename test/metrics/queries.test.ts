import assert from "node:assert/strict";
import { objectsOf } from "../../src/kubernetes/objects";
import { queryOf } from "../../src/metrics/promql";
import { queriesOf } from "../../src/metrics/queries";
import { placeInQuery, rewriteQuery } from "../../src/metrics/rewrite";
import type { QuerySite } from "../../src/metrics/model";
import { YamlEditor } from "../../src/yaml/edit";
import { parseDocument } from "../../src/yaml/parse";

function sites(yaml: string): readonly QuerySite[] {
  const objects = objectsOf(parseDocument(yaml), { path: "a.yaml", kustomize: "none", helmTemplate: false });
  return objects.flatMap(queriesOf);
}

/** Each query with its first selector's name as it stands in the file. */
function described(yaml: string): readonly string[] {
  return sites(yaml).map((site) => {
    const selector = queryOf(site).selectors[0];
    const { span } = placeInQuery(site.text, selector?.nameSpan ?? { start: 0, end: 0 });
    return `${site.place} ${yaml.slice(span.start, span.end)}`;
  });
}

describe("queriesOf", () => {
  it("reads KEDA's prometheus triggers and no others", () => {
    const yaml = `apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: a}
spec:
  triggers:
  - {type: cpu, metadata: {value: "80"}}
  - type: prometheus
    metadata:
      query: >-
        sum(
          vllm:num_requests_waiting{a="b"}
        )
`;
    assert.deepEqual(described(yaml), ["keda-trigger vllm:num_requests_waiting"]);
  });

  it("reads rule groups, alerts and recordings", () => {
    const yaml = `apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: a}
spec:
  groups:
  - rules:
    - {alert: A, expr: 'vllm:a > 1'}
    - record: b
      expr: "sum(vllm:b)"
`;
    assert.deepEqual(described(yaml), ["alert vllm:a", "recording vllm:b"]);
  });

  it("reads rule files and adapter rules inside ConfigMaps, in their place", () => {
    const yaml = `apiVersion: v1
kind: ConfigMap
metadata: {name: a}
data:
  other: plain text
  rules.yml: |
    groups:
    - name: vllm
      rules:
      - alert: A
        expr: |
          max(vllm:a) > 1
  config.yaml: |
    rules:
    - seriesQuery: 'vllm:c{namespace!=""}'
      metricsQuery: 'sum(<<.Series>>{<<.LabelMatchers>>}) by (<<.GroupBy>>)'
`;
    assert.deepEqual(described(yaml), ["alert vllm:a", "adapter vllm:c", "adapter <<.Series>>"]);
  });

  it("reads what KServe hands to KEDA", () => {
    const yaml = `apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: a}
spec:
  predictor:
    autoScaling:
      metrics:
      - type: External
        external:
          metric: {backend: prometheus, query: vllm:num_requests_running}
          target: {type: Value, value: "2"}
`;
    assert.deepEqual(described(yaml), ["keda-trigger vllm:num_requests_running"]);
  });
});

describe("rewriteQuery", () => {
  const rewrite = (written: string, from: string, newText: string, flow = false): string => {
    const expr = flow ? `{alert: A, expr: ${written}}` : `\n      alert: A\n      expr: ${written}`;
    const yaml = `apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: a}\nspec:\n  groups:\n  - rules:\n    - ${expr.trimStart()}\n`;
    const [site] = sites(yaml);
    assert.ok(site);
    const start = site.text.text.indexOf(from);
    const editor = new YamlEditor();
    rewriteQuery(editor, site.text, [{ span: { start, end: start + from.length }, newText }], site.node.flow);
    const [edit] = editor.edits;
    assert.ok(edit);
    const after = yaml.slice(0, edit.span.start) + edit.newText + yaml.slice(edit.span.end);
    // What was written reads back as what was meant.
    assert.equal(sites(after)[0]?.text.text.trim(), site.text.text.replace(from, () => newText).trim());
    return after.slice(after.indexOf("expr: ") + 6).trimEnd();
  };

  it("keeps each way of quoting", () => {
    assert.equal(rewrite("a > 1", "a", 'a{b="c"}'), 'a{b="c"} > 1');
    assert.equal(rewrite('"a > 1"', "a", 'a{b="c"}'), '"a{b=\\"c\\"} > 1"');
    assert.equal(rewrite("'a > 1'", "a", "a{b='c'}"), "'a{b=''c''} > 1'");
    assert.equal(rewrite("|\n        a\n          > 1", "a", "b"), "|\n        b\n          > 1");
  });

  it("quotes what cannot stay plain", () => {
    assert.equal(rewrite("a > 1", "a", '{__name__="a"}'), `'{__name__="a"} > 1'`);
    assert.equal(rewrite("a > 1", "a", 'a{b="c"}', true), `'a{b="c"} > 1'}`);
  });
});
