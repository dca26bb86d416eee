import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { serviceWith as serviceOf } from "../service";

const article = readFileSync("examples/article/scaledobject.yaml", "utf8");

function serviceWith(text: string, scaling = true) {
  const deployment = readFileSync("examples/article/deployment.yaml", "utf8");
  return serviceOf(
    { "a/deployment.yaml": deployment, "a/scaler.yaml": text },
    { lens: { sizing: true, scaling } },
  );
}

const titles = (text: string, scaling = true): readonly string[] =>
  serviceWith(text, scaling)
    .scaling("a/scaler.yaml")
    .lenses()
    .map(({ title }) => title);

const withQuery = (query: string, threshold: string, more = ""): string =>
  article.slice(0, article.indexOf("  triggers:")) +
  `  triggers:\n  - type: prometheus\n${more}    metadata:\n      serverAddress: http://p.m:9090\n      threshold: "${threshold}"\n      query: ${query}\n`;

describe("the line above a trigger", () => {
  const rows: readonly (readonly [query: string, threshold: string, more: string, want: RegExp])[] = [
    [
      "sum(vllm:num_requests_waiting)",
      "10",
      "",
      /^desired = ceil\(total of waiting \/ 10\): 2 replicas at 11 waiting, 8 from 71$/,
    ],
    [
      "sum(vllm:num_requests_running) + sum(vllm:num_requests_waiting)",
      "180",
      "",
      /2 replicas at 181 in flight, 8 from 1261$/,
    ],
    ["sum(vllm:kv_cache_usage_perc)", "0.8", "", /2 replicas above 0\.8 full KV caches, 8 above 5\.6$/],
    ["avg(vllm:kv_cache_usage_perc)", "0.8", "", /never more than 2 replicas$/],
    ["avg(vllm:kv_cache_usage_perc)", "1", "", /never asks for a second replica: its value is at most 1$/],
    [
      "avg(vllm:gpu_cache_usage_perc)",
      "0.8",
      "",
      /never asks for a second replica: vLLM 0\.16\.0 does not export vllm:gpu_cache_usage_perc$/,
    ],
    [
      "avg(vllm:kv_cache_usage_perc)",
      "0.8",
      "    metricType: Value\n",
      /^desired = ceil\(ready replicas x mean of full KV caches \/ 0\.8\)$/,
    ],
    ["sum(vllm:num_requests_waiting)", "2", "    metricType: Value\n", /runs away/],
    [
      'sum(vllm:num_requests_waiting) / sum(kube_deployment_status_replicas{deployment="x"})',
      "10",
      "",
      /divides twice: 4 replicas become 5 at a total of 177 instead of 45$/,
    ],
  ];
  for (const [query, threshold, more, want] of rows)
    it(`${query} ${threshold} ${more.trim()}`, () =>
      assert.match(titles(withQuery(query, threshold, more))[0] ?? "", want));

  it("is silent on what is not known, and when it is switched off", () => {
    assert.deepEqual(titles(withQuery("sum(vllm:num_requests_waiting)", "{{ .Values.t }}")), []);
    assert.deepEqual(titles(withQuery("{{ .Values.q }}", "10")), []);
    assert.deepEqual(titles(withQuery("some_metric", "10")), []);
    assert.deepEqual(titles(article, false), []);
    assert.equal(titles(article).length, 2);
  });

  it("opens into a card on the threshold, with a table and which trigger wins", () => {
    const line = article.split("\n").findIndex((text) => text.includes("threshold:"));
    const hover = serviceWith(article).hover("a/scaler.yaml", { line, character: 8 });
    assert.ok(hover);
    assert.equal(hover.server, undefined);
    for (const part of [
      "Desired replicas",
      "between 1 and 8",
      "The trigger that asks for the most wins",
      "up to 1",
    ])
      assert.ok(hover.markdown.includes(part), hover.markdown);
  });
});
