import assert from "node:assert/strict";
import fc from "fast-check";
import type { VllmServer } from "../../src/vllm/model";
import { deployment, serversIn, textAt, withArgs } from "./support";
import { cpuTime } from "../cpu-time";

const word = fc.oneof(
  fc.constantFrom(
    "serve", "vllm", "org/m", "--port", "8000", "-tp", "-tp=2", "--max_model_len=32k", "--no-enable-prefix-caching", "--enforce-eager",
    "--kv-transfer-config", '{"a": 1}', "$(A)", "$(B)", "$$(A)", "${C}", "{{ .x }}", "--", "-", "", "--config", "/c/f.yaml", "-O3", "--a.b.c=1",
    "--compilation-config.mode", "3", "--served-model-name", "é", "\u{1f600}", "--x='y'", 'say "hi"', "a\\b", "tab\there",
  ),
  fc.string({ maxLength: 8 }),
); // prettier-ignore

/** Every place a server names. */
function places(server: VllmServer): ReturnType<typeof textAt>[] {
  const { engine } = server;
  const spots = [
    server.anchor,
    ...engine.bindings.flatMap(({ flagAt, valueAt }) => [flagAt, valueAt]),
    ...engine.unrecognised.map(({ at }) => at),
    ...[...engine.environment.values()].map(({ at }) => at),
  ];
  for (const { doc, span } of spots) {
    assert.ok(0 <= span.start && span.start <= span.end && span.end <= doc.text.length, JSON.stringify(span));
  }
  return spots.map(textAt);
}

const ENV = "env: [{name: A, value: '1 2'}, {name: B, valueFrom: {secretKeyRef: {name: s, key: k}}}]";

describe("servers in hostile input", () => {
  it("from any list of arguments have their places in the document", () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), fc.boolean(), (args, serve) => {
        const words = serve ? ["vllm", "serve", ...args] : args;
        const list = words.map((text) => `  - ${JSON.stringify(text)}`).join("\n");
        const text = deployment(
          `name: vllm\nimage: vllm/vllm-openai:v0.20.0\nargs:\n${list || "  []"}\n${ENV}`,
        );
        for (const server of serversIn(text)) places(server);
      }),
      { numRuns: 400 },
    );
  });

  it("from any script have their places in the document", () => {
    const styles = fc.constantFrom("|", "|-", ">", ">-", ">+");
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), styles, (args, style) => {
        const lines = args.map((text) => text.replaceAll(/[^\x20-\uffff]|[\u0085\u2028\u2029\ufeff]/g, "_"));
        const script = ["vllm serve \\", ...lines.map((line) => `  ${line} \\`), "  --end"].join("\n    ");
        const text = deployment(
          `name: vllm\nimage: i\ncommand: [sh, -c]\nargs:\n  - ${style}\n    ${script}\n${ENV}`,
        );
        for (const server of serversIn(text)) places(server);
      }),
      { numRuns: 400 },
    );
  });

  it("keep flag and value where they stand, in every style", () => {
    const value = fc.stringMatching(/^[a-zA-Z0-9][a-zA-Z0-9./_-]{0,10}$/);
    const style = fc.constantFrom("plain", "single", "double", "literal", "folded");
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 6 }), style, (values, kind) => {
        const lines = [
          "exec vllm serve org/m",
          ...values.map((text) => `--dtype ${text} --load-format=${text}`),
        ];
        const text = deployment(`name: vllm\nimage: i\ncommand: [sh, -c]\nargs:\n  - ${scalar(lines, kind)}`);
        const [server] = serversIn(text);
        const found = server?.engine.bindings.slice(1) ?? [];
        assert.equal(found.length, 2 * values.length);
        for (const [i, setting] of found.entries()) {
          assert.equal(setting.text, values[i >> 1]);
          assert.equal(textAt(setting.valueAt), setting.text);
          assert.equal(textAt(setting.flagAt), setting.flag);
        }
      }),
    );
  });

  it("never make anything throw, whatever the text", () => {
    const fragments = fc.constantFrom(
      "apiVersion: v1\n", "kind: Pod\n", "spec:\n", "  containers:\n", "  - name: vllm\n", "    image: vllm/vllm-openai\n", "    args: [", "--model", ", ", "]\n",
      "    command: &a [vllm, serve]\n", "    args: *a\n", "    <<: *a\n", "---\n", "servingEngineSpec:\n", "  modelSpec:\n", "vllmConfig: {maxModelLen: 1}\n", "engine: VLLM\n", "url: hf://m\n",
      "{{ if }}\n", "\t", "'", '"', "kind: HelmRelease\n", "  values: |\n", "serveConfigV2: |\n    applications:\n", "image: {repository: vllm}\n", "extraArgs: 3\n", "\r\n", "args: {a: b}\n", "command: vllm serve m\n",
    ); // prettier-ignore
    fc.assert(
      fc.property(fc.array(fragments, { maxLength: 25 }), (list) => {
        for (const server of serversIn(list.join(""))) places(server);
      }),
      { numRuns: 800 },
    );
  });

  it("stay quick on ten thousand arguments", () => {
    const start = cpuTime();
    const args = Array.from({ length: 10_000 }, (_, i) => `--max-model-len=${i}`);
    assert.equal(serversIn(withArgs(["m", ...args])).length, 1);
    assert.ok(cpuTime() - start < 3000);
  });
});

function scalar(lines: readonly string[], kind: string): string {
  if (kind === "literal") return `|\n    ${lines.join(" \\\n      ")}`;
  const folded = lines.join("\n      ");
  if (kind === "folded") return `>-\n    ${lines.join("\n    ")}`;
  if (kind === "single") return `'${folded}'`;
  return kind === "double" ? `"${folded}"` : folded;
}
