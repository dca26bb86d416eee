import assert from "node:assert/strict";
import { ObjectIndex } from "../../src/kubernetes/object-index";
import { matchesSelector } from "../../src/kubernetes/selectors";
import { serviceOf } from "../../src/kubernetes/services";
import { asMap } from "../../src/yaml/node";
import { parseFile } from "../../src/yaml/parse";
import { firstObject, objectsIn } from "./support";

describe("selectors", () => {
  const labels = new Map([["app", "vllm"], ["tier", "gpu"]]); // prettier-ignore
  for (const [selector, expected] of [
    ["{}", true],
    ["{ matchLabels: { app: vllm } }", true],
    ["{ matchLabels: { app: other } }", false],
    ["{ matchLabels: { app: vllm, role: x } }", false],
    ['{ matchLabels: { app: "{{ .n }}" } }', undefined],
    ['{ matchLabels: { app: "{{ .n }}", tier: cpu } }', false],
    ["{ matchExpressions: [{ key: app, operator: In, values: [a, vllm] }] }", true],
    ["{ matchExpressions: [{ key: app, operator: In, values: [a, b] }] }", false],
    ['{ matchExpressions: [{ key: app, operator: In, values: [a, "${B}"] }] }', undefined],
    ["{ matchExpressions: [{ key: app, operator: NotIn, values: [vllm] }] }", false],
    ["{ matchExpressions: [{ key: role, operator: NotIn, values: [x] }] }", true],
    ["{ matchExpressions: [{ key: app, operator: Exists }] }", true],
    ["{ matchExpressions: [{ key: app, operator: DoesNotExist }] }", false],
    ["{ matchExpressions: [{ key: app, operator: Near }] }", undefined],
    ["{ matchLabels: { app: vllm }, matchExpressions: [{ key: tier, operator: In, values: [gpu] }] }", true],
  ] as const) {
    it(`${selector} is ${expected}`, () => {
      const map = asMap(parseFile(selector)[0]?.source.root);
      assert.ok(map);
      assert.equal(matchesSelector(map, labels), expected);
    });
  }
});

describe("services", () => {
  it("have ports and targets", () => {
    const service = serviceOf(
      firstObject(`
apiVersion: v1
kind: Service
metadata: { name: vllm }
spec:
  clusterIP: None
  selector: { app: vllm }
  ports: [{ name: a, port: 80, targetPort: http }, { port: 8000 }]
`),
    );
    assert.ok(service);
    assert.deepEqual([service.type, service.headless], ["ClusterIP", true]);
    assert.deepEqual(
      service.ports.map(({ name, port, target }) => [name, port.kind, target.kind]),
      [["a", "number", "name"], [undefined, "number", "number"]], // prettier-ignore
    );
  });

  it("are not those of Knative", () => {
    assert.equal(
      serviceOf(firstObject("apiVersion: serving.knative.dev/v1\nkind: Service\nspec: {}\n")),
      undefined,
    );
  });
});

function deployment(name: string, namespace?: string): string {
  const place = namespace === undefined ? "" : `, namespace: ${namespace}`;
  return `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}${place} }
spec:
  selector: {}
  template: { metadata: { labels: { app: ${name} } }, spec: { containers: [{ name: c, image: i }] } }
`;
}

const service = (name: string, selector: string, namespace?: string): string =>
  `apiVersion: v1\nkind: Service\nmetadata: { name: ${name}${namespace ? `, namespace: ${namespace}` : ""} }\nspec: { selector: ${selector} }\n`;

const scaledObject = (name: string, target: string): string =>
  `apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: { name: ${name} }\nspec: { scaleTargetRef: ${target} }\n`;

describe("the object index", () => {
  const index = new ObjectIndex(
    objectsIn(
      [
        deployment("a"),
        deployment("a", "prod"),
        deployment("b"),
        service("one", "{ app: a }"),
        service("two", "{ app: a }", "prod"),
        service("three", "{ app: a, tier: x }"),
        service("none", "{}"),
        service("unknown", '{ app: "${A}" }'),
        scaledObject("s", "{ name: a }"),
        scaledObject("other", "{ apiVersion: argoproj.io/v1alpha1, kind: Deployment, name: b }"),
        scaledObject("lost", "{ name: missing }"),
      ].join("\n---\n"),
    ),
  );
  const [a, aInProd, b] = index.ofKind("Deployment");
  assert.ok(a && aInProd && b);

  it("finds by kind, name and namespace", () => {
    assert.equal(index.find("Deployment", "a", undefined), a);
    assert.equal(index.find("Deployment", "a", "prod"), aInProd);
    assert.equal(index.find("Deployment", "a", "dev"), undefined);
    assert.equal(index.find("StatefulSet", "a", undefined), undefined);
    assert.deepEqual(index.ofKind("Secret"), []);
  });

  it("ties scalers to their targets", () => {
    assert.deepEqual(
      index.scalersOf(a).map((scaler) => scaler.object.name),
      ["s"],
    );
    assert.deepEqual(index.scalersOf(aInProd), []);
    assert.deepEqual(index.scalersOf(b), []);
    const [scaler] = index.scalersOf(a);
    assert.equal(scaler && index.targetOf(scaler), a);
  });

  it("ties Services to pods", () => {
    const names = index.pods.map((pod) => index.servicesOf(pod).map((found) => found.object.name));
    assert.deepEqual(names, [["one"], ["two"], []]);
    const one = serviceOf(index.find("Service", "one", undefined) ?? a);
    assert.ok(one);
    assert.deepEqual(
      index.podsOf(one).map((pod) => pod.object),
      [a],
    );
  });
});
