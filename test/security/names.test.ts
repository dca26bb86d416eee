import assert from "node:assert/strict";
import fc from "fast-check";
import { readConfigFile } from "../../src/features/settings/config-file";
import { liveManifest } from "../../src/features/live";
import { TextIndex } from "../../src/base/text";
import { shapeFromConfig } from "../../src/sizing/config-shape";
import { dtypeBytes } from "../../src/sizing/quantization";
import { MANIFEST, newService, PATH } from "../robustness/support";

/** Names that every JavaScript object answers to. */
const INHERITED = ["__proto__", "constructor", "toString", "valueOf", "hasOwnProperty", "isPrototypeOf", "__defineGetter__", "prototype"]; // prettier-ignore

/** Everything that is said of a file, with the cursor on each of these names. */
function everything(text: string): string {
  const service = newService();
  service.setFile(PATH, text);
  const index = new TextIndex(text);
  const said: unknown[] = [
    service.diagnostics(PATH),
    service.fixes(PATH),
    service.fixAll(PATH),
    service.lenses(PATH),
    service.inlayHints(PATH),
    service.sizes(PATH),
    service.breakdown(PATH, 0),
    service.answer(PATH, liveManifest),
  ];
  for (const { index: at } of text.matchAll(new RegExp(INHERITED.join("|"), "g"))) {
    const position = index.positionAt(at + 1);
    said.push(service.hover(PATH, position), service.completions(PATH, position));
  }
  return JSON.stringify(said);
}

function assertClean(text: string): void {
  const before = Object.getOwnPropertyNames(Object.prototype).sort();
  const said = everything(text);
  assert.doesNotMatch(said, /\[native code\]|\[object [A-Z]/);
  assert.deepEqual(Object.getOwnPropertyNames(Object.prototype).sort(), before);
  assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
}

describe("names that objects inherit", () => {
  const words = [...new Set(MANIFEST.match(/[A-Za-z_][\w.:/-]*/g) ?? [])];

  for (const [k, name] of INHERITED.entries())
    it(`${name} as any key, value, flag, kind, label or variable is a name like others`, () => {
      // One in eight words each, so that every word is tried with one name of them.
      for (const [i, word] of words.entries())
        if (i % INHERITED.length === k) assertClean(`# vllm\n${MANIFEST.replaceAll(word, name)}`);
      assertClean(MANIFEST.replace("--max-model-len 32k", `--${name} 1 --${name}=x`));
      assertClean(MANIFEST.replace("name: VLLM_PORT", `name: ${name}`).replace("$TP", `$${name}`));
      assertClean(MANIFEST.replace("metadata:\n", `metadata:\n  ${name}: {polluted: 1}\n`));
    });

  it("any two of them at once change nothing for others", () => {
    const choice = fc.tuple(fc.constantFrom(...words), fc.constantFrom(...INHERITED));
    fc.assert(
      fc.property(fc.array(choice, { minLength: 2, maxLength: 4 }), (choices) => {
        const text = choices.reduce((made, [word, name]) => made.replaceAll(word, name), MANIFEST);
        assertClean(`# vllm\n${text}`);
      }),
      { numRuns: 20 },
    );
  });

  it("as keys of a ConfigMap are looked up like others", () => {
    for (const name of INHERITED)
      assertClean(
        `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  ${name}: "polluted"\n---\n` +
          MANIFEST.replace(
            'env: [{name: VLLM_PORT, value: "8000"}]',
            `env: [{name: ${name}, valueFrom: {configMapKeyRef: {name: c, key: ${name}}}}]\n          envFrom: [{configMapRef: {name: c}}]`,
          ),
      );
  });

  it("in a .vllm-k8s.yaml are unknown settings", () => {
    for (const name of INHERITED) {
      const { settings } = readConfigFile(
        `${name}: {polluted: 1}\nrules: {${name}: off}\nmodels: {${name}: x}\n`,
      );
      assert.equal(Object.getPrototypeOf(settings), Object.prototype);
      assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
    }
  });

  it("in a config.json are no dimensions and no types", () => {
    for (const name of INHERITED) {
      assert.equal(dtypeBytes(name), undefined);
      const text = `{"${name}":{"hidden_size":1},"model_type":"${name}","torch_dtype":"${name}","quantization_config":{"quant_method":"${name}"},"layer_types":["${name}"],"hidden_size":64,"num_hidden_layers":2,"num_attention_heads":4,"vocab_size":100,"intermediate_size":256}`;
      assert.doesNotMatch(JSON.stringify(shapeFromConfig(JSON.parse(text))), /native code|null/);
    }
  });
});
