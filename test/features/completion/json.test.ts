import assert from "node:assert/strict";
import { jsonCursor } from "../../../src/features/completion/json-cursor";
import { complete } from "./support";

const server = (args: string): string => `apiVersion: v1
kind: Pod
metadata: {name: chat}
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.11.0
${args}
`;

describe("completion in JSON options", () => {
  it("has keys and their values, in each style of quotes", () => {
    const plain = complete(server('      args:\n        - --speculative-config={"me¦'));
    assert.match(plain.accept("method"), /--speculative-config=\{"method":\n/);
    const single = complete(
      server(`      args:\n        - --speculative-config\n        - '{"method": "ng¦"}'`),
    );
    assert.match(single.accept("ngram"), /'\{"method": "ngram"\}'/);
    const double = complete(
      server('      args:\n        - --speculative-config\n        - "{\\"method\\": \\"ngram\\", ¦}"'),
    );
    assert.match(double.accept("num_speculative_tokens"), /\\"ngram\\", \\"num_speculative_tokens\\":\}"/);
    assert.ok(!double.labels.includes("method"));
  });

  it("has them in a script between single quotes", () => {
    const script = (json: string): string =>
      server(
        `      command: [sh, -c]\n      args:\n        - |\n          vllm serve x/y --kv-transfer-config '${json}' --port 8000`,
      );
    assert.match(complete(script("{¦}")).accept("kv_connector"), /'\{"kv_connector":\}' --port/);
    assert.ok(complete(script('{"kv_role":¦}')).labels.includes("kv_both"));
  });

  it("has whole values to begin with", () => {
    const asked = complete(server("      args:\n        - --kv-transfer-config\n        - ¦"));
    assert.match(
      asked.accept('{"kv_connector":"NixlConnector","kv_role":"kv_both"}'),
      /- '\{"kv_connector":"NixlConnector","kv_role":"kv_both"\}'\n/,
    );
  });

  it("reads half-written JSON", () => {
    const at = (marked: string) => jsonCursor(marked.replace("¦", ""), marked.indexOf("¦"));
    assert.deepEqual(at('{"a": {"b": 1, "c¦'), {
      path: ["a"],
      part: "key",
      key: "b",
      start: 15,
      end: 17,
      before: ["b"],
    });
    assert.equal(at('{"a": tr¦ue}')?.part, "value");
    assert.equal(at("[1, ¦]"), undefined);
    assert.equal(at("¦"), undefined);
  });
});
