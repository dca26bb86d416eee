import assert from "node:assert/strict";
import { TextIndex } from "../../src/base/text";
import { serviceWith } from "../service";

/** The hover at the bar: its range's text and its Markdown. */
function hover(marked: string): { on: string; markdown: string } | undefined {
  const at = marked.indexOf("¦");
  const text = marked.replace("¦", "");
  const service = serviceWith({ "a.yaml": text });
  const index = new TextIndex(text);
  const found = service.hover("a.yaml", index.positionAt(at));
  return (
    found && {
      on: text.slice(index.offsetAt(found.range.start), index.offsetAt(found.range.end)),
      markdown: found.markdown,
    }
  );
}

const rule = (expr: string): string =>
  `# vllm\napiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: a}\nspec:\n  groups:\n  - rules:\n    - alert: A\n      expr: ${expr}\n`;

describe("hover in queries", () => {
  it("says what a metric means, with type, unit, labels and history", () => {
    const found = hover(rule("|\n        max(\n          vllm:gpu_cache¦_usage_perc) > 0.9"));
    assert.equal(found?.on, "vllm:gpu_cache_usage_perc");
    for (const part of [
      /gauge · share from 0 to 1/,
      /Labels: `model_name`, `engine`/,
      /deprecated in 0\.9\.2, hidden in 0\.11\.0, removed in 0\.12\.0; use `vllm:kv_cache_usage_perc`/,
    ])
      assert.match(found?.markdown ?? "", part);
  });

  it("knows the series of a histogram", () => {
    const found = hover(rule("rate(vllm:time_to_first_token_seconds_buck¦et[5m])"));
    assert.match(found?.markdown ?? "", /histogram, cumulative buckets · seconds/);
    assert.match(found?.markdown ?? "", /`le`/);
  });

  it("says what labels and functions are, and nothing elsewhere", () => {
    assert.match(hover(rule('sum(vllm:a{model_n¦ame="x"})'))?.markdown ?? "", /served-model-name/);
    assert.match(
      hover(rule("incr¦ease(vllm:num_preemptions_total[5m])"))?.markdown ?? "",
      /grew in the window/,
    );
    assert.equal(hover(rule("http_requests¦_total")), undefined);
  });

  it("says what the server in view makes of it", () => {
    const server =
      "---\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - {name: chat, image: 'vllm/vllm-openai:v0.8.5', args: [--model, a/b]}\n";
    assert.match(
      hover(rule("max(vllm:kv_cache¦_usage_perc)") + server)?.markdown ?? "",
      /`chat` on 0\.8\.5 does not have it yet/,
    );
  });
});
