import assert from "node:assert/strict";
import fc from "fast-check";
import { positionIn } from "../../src/features/promql/position";

/** What can be written at the bar, with the word that it takes the place of. */
function described(marked: string): string {
  const at = marked.indexOf("¦");
  const text = marked.replace("¦", "");
  const found = positionIn(text, at);
  if (!found) return "nothing";
  const { place, from, to } = found;
  const what =
    place.kind === "expression"
      ? place.after
      : place.kind === "label"
        ? `label of ${place.metric ?? "?"}${place.inList ? " in a list" : ""}`
        : `value of ${place.label} of ${place.metric ?? "?"}`;
  return `${what} [${text.slice(from, to)}]`;
}

describe("positionIn", () => {
  const cases: Record<string, string> = {
    "¦": "start []",
    "su¦": "start [su]",
    "sum(¦)": "parenthesis []",
    "sum(vllm:num_¦requests)": "parenthesis [vllm:num_requests]",
    "sum(a) / ¦": "operator []",
    "sum(a) / cou¦": "operator [cou]",
    "sum(vllm:a{¦})": "label of vllm:a []",
    'sum(vllm:a{x="1", mod¦})': "label of vllm:a [mod]",
    'vllm:a{model_name="¦"}': "value of model_name of vllm:a []",
    "vllm:a{model_name=~'q¦wen'}": "value of model_name of vllm:a [qwen]",
    "sum by (¦) (vllm:a)": "label of vllm:a in a list []",
    "sum(vllm:a) by (pod, mo¦": "label of vllm:a in a list [mo]",
    "rate(vllm:a[¦5m])": "nothing",
    "sum(a) ¦": "nothing",
    "vllm:a{model_name¦=": "label of vllm:a [model_name]",
    "vllm:a{model_name=¦": "nothing",
    "# sum(¦": "nothing",
    "# c\nsum(¦": "parenthesis []",
    'label_replace(a, "b¦': "nothing",
  };
  for (const [marked, expected] of Object.entries(cases))
    it(marked.replace("\n", "⏎"), () => assert.equal(described(marked), expected));

  it("never throws and stays inside the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.nat(), (text, place) => {
        const at = place % (text.length + 1);
        const found = positionIn(text, at);
        if (found)
          assert.ok(found.from <= at && at <= found.to && found.from >= 0 && found.to <= text.length);
      }),
    );
  });
});
