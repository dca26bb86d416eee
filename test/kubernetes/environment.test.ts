import assert from "node:assert/strict";
import fc from "fast-check";
import { environmentOf, type Environment } from "../../src/kubernetes/environment";
import { expandReferences, joinPieces, type Replacement } from "../../src/kubernetes/expansion";
import { ObjectIndex } from "../../src/kubernetes/object-index";
import { firstContainer, objectsIn, pod, textOf } from "./support";

const CONFIG = `
---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { MODEL: Qwen/Qwen3-8B, PORT: "8000", PLACE: "\${X}" }
`;

function environment(container: string, more = CONFIG): Environment {
  const text = pod({ container }) + more;
  return environmentOf(firstContainer(text), new ObjectIndex(objectsIn(text)).find);
}

function values(env: Environment): Record<string, string | undefined> {
  return Object.fromEntries([...env.variables.values()].map(({ name, value }) => [name, value]));
}

describe("environment", () => {
  it("reads values, references and what they point at", () => {
    const env = environment(`
env:
  - { name: PLAIN, value: a }
  - { name: NUMBER, value: 8 }
  - { name: EMPTY }
  - { name: FROM_MAP, valueFrom: { configMapKeyRef: { name: settings, key: MODEL } } }
  - { name: LOST, valueFrom: { configMapKeyRef: { name: other, key: MODEL } } }
  - { name: SECRET, valueFrom: { secretKeyRef: { name: hf, key: token } } }
  - { name: IP, valueFrom: { fieldRef: { fieldPath: status.podIP } } }
  - { name: TEMPLATE, value: "{{ .Values.x }}" }
  - { name: PLACE, value: "\${X}" }
`);
    assert.deepEqual(values(env), {
      PLAIN: "a", NUMBER: "8", EMPTY: "", FROM_MAP: "Qwen/Qwen3-8B", LOST: undefined, SECRET: undefined, IP: undefined,
      TEMPLATE: undefined, PLACE: undefined,
    }); // prettier-ignore
    assert.equal(env.open, false);
    assert.deepEqual(env.variables.get("SECRET")?.source, { kind: "secret", object: "hf", key: "token" });
    assert.equal(textOf(env.variables.get("FROM_MAP")?.valueNode), "Qwen/Qwen3-8B");
  });

  it("takes whole ConfigMaps, which env entries replace", () => {
    const env = environment(
      "envFrom: [{ configMapRef: { name: settings } }]\nenv: [{ name: PORT, value: '9000' }]",
    );
    assert.deepEqual(values(env), { MODEL: "Qwen/Qwen3-8B", PORT: "9000", PLACE: undefined });
    assert.equal(env.open, false);
    assert.deepEqual(
      values(environment("envFrom: [{ prefix: A_, configMapRef: { name: settings } }]"))["A_PORT"],
      "8000",
    );
  });

  it("looks for ConfigMaps in its own namespace only", () => {
    const elsewhere = CONFIG.replace("name: settings", "name: settings, namespace: other");
    const env = environment("envFrom: [{ configMapRef: { name: settings } }]", elsewhere);
    assert.deepEqual([env.variables.size, env.open], [0, true]);
  });

  for (const [why, container] of [
    ["a Secret is taken whole", "envFrom: [{ secretRef: { name: s } }]"],
    ["a ConfigMap is out of view", "envFrom: [{ configMapRef: { name: s } }]"],
    ["a template writes it", 'env: "{{ .Values.env }}"'],
    ["a template adds to it", "env:\n  - { name: A, value: a }\n  {{- toYaml .Values.env | nindent 8 }}"],
    ["a name is templated", 'env: [{ name: "{{ .n }}", value: a }]'],
  ] as const) {
    it(`is open when ${why}`, () => assert.equal(environment(container).open, true));
  }

  it("expands what was set before, and leaves the rest as it is", () => {
    const env = environment(`
env:
  - { name: A, value: a }
  - { name: B, value: "$(A)-$(C)-$$(A)-$A" }
  - { name: C, value: "$(A)$(A)" }
  - { name: D, valueFrom: { secretKeyRef: { name: s, key: k } } }
  - { name: E, value: "x$(D)" }
`);
    assert.deepEqual(values(env), { A: "a", B: "a-$(C)-$(A)-$A", C: "aa", D: undefined, E: undefined });
  });

  it("does not know what an unseen variable would give", () => {
    const env = environment(
      'envFrom: [{ secretRef: { name: s } }]\nenv: [{ name: A, value: "$(B)" }, { name: C, value: "$(date +%s)" }]',
    );
    assert.deepEqual(values(env), { A: undefined, C: "$(date +%s)" });
  });

  it("of a Dynamo service is its own and its main container's", () => {
    const text = `
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
spec:
  services:
    Worker:
      envs: [{ name: A, value: service }, { name: B, value: service }]
      extraPodSpec: { mainContainer: { image: d, env: [{ name: B, value: container }] } }
`;
    assert.deepEqual(values(environmentOf(firstContainer(text))), { A: "service", B: "container" });
  });
});

describe("expansion", () => {
  const known = (name: string): Replacement =>
    name === "A"
      ? { kind: "replace", text: "value" }
      : name === "U"
        ? { kind: "unknown" }
        : { kind: "literal" };
  const expand = (text: string): string | undefined => joinPieces(expandReferences(text, known));

  for (const [text, expected] of [
    ["", ""],
    ["plain", "plain"],
    ["$(A)", "value"],
    ["--port=$(A)!", "--port=value!"],
    ["$$(A)", "$(A)"],
    ["$$$(A)", "$value"],
    ["$$$$(A)", "$$(A)"],
    ["$(B)", "$(B)"],
    ["$(U)", undefined],
    ["$(A", "$(A"],
    ["$()", "$()"],
    ["$A ${A} $", "$A ${A} $"],
    ["echo $$", "echo $"],
    ["$($(A))", "$($(A))"],
  ] as const) {
    it(`of ${JSON.stringify(text)}`, () => assert.equal(expand(text), expected));
  }

  it("covers the text without a gap, and keeps what needs no change", () => {
    const texts = fc.string({ unit: fc.constantFrom("$", "(", ")", "A", "B", " "), maxLength: 30 });
    fc.assert(
      fc.property(texts, (text) => {
        let at = 0;
        for (const piece of expandReferences(text, known)) {
          assert.equal(piece.from, at);
          assert.ok(piece.to > piece.from);
          if (piece.variable === undefined && piece.text !== "$")
            assert.equal(piece.text, text.slice(piece.from, piece.to));
          at = piece.to;
        }
        assert.equal(at, text.length);
      }),
    );
  });
});
