import assert from "node:assert/strict";
import { objectsOf, type FileFacts } from "../../src/kubernetes/objects";
import { parseFile } from "../../src/yaml/parse";
import { firstObject, objectsIn } from "./support";

function names(text: string): string[] {
  return objectsIn(text).map((object) => `${object.kind}/${object.name}`);
}

describe("objects", () => {
  it("reads what identifies an object", () => {
    const object = firstObject(`
apiVersion: apps/v1
kind: Deployment
metadata: { name: vllm, namespace: llm, labels: { app: vllm, tier: "1" } }
`);
    const { group, version, kind, name, namespace, labels } = object;
    assert.deepEqual({ group, version, kind, name, namespace }, {
      group: "apps", version: "v1", kind: "Deployment", name: "vllm", namespace: "llm",
    }); // prettier-ignore
    assert.deepEqual([...labels], [["app", "vllm"], ["tier", "1"]]); // prettier-ignore
  });

  it("has no group for the core API", () =>
    assert.equal(firstObject("apiVersion: v1\nkind: Service\n").group, ""));

  it("knows no names that are filled in elsewhere", () => {
    for (const name of ["{{ .Release.Name }}", "${NAME}", "<your-name>", "$NAME"]) {
      assert.equal(
        firstObject(`apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\n`).name,
        undefined,
        name,
      );
    }
  });

  it("guesses the group where a chart computes the version", () => {
    const object = firstObject("apiVersion: {{ .Capabilities }}\nkind: HorizontalPodAutoscaler\nspec: {}\n");
    assert.equal(object.group, "autoscaling");
  });

  for (const [what, text] of [
    ["an empty file", ""],
    ["a list", "- a\n- b\n"],
    ["chart values", "replicaCount: 1\nimage: { tag: latest }\n"],
    ["values with a kind", "kind: Deployment\nreplicas: 1\n"],
    ["a templated kind", "apiVersion: apps/v1\nkind: {{ .Values.kind }}\n"],
    ["a kind that is a map", "apiVersion: v1\nkind: { a: b }\nmetadata: {}\n"],
  ] as const) {
    it(`finds nothing in ${what}`, () => assert.deepEqual(names(text), []));
  }

  it("opens lists", () => {
    const text = `
apiVersion: v1
kind: List
items:
  - { apiVersion: v1, kind: Service, metadata: { name: a } }
  - { apiVersion: apps/v1, kind: Deployment, metadata: { name: b } }
`;
    assert.deepEqual(names(text), ["Service/a", "Deployment/b"]);
  });

  it("finds objects in an OpenShift template", () => {
    const text = `
apiVersion: template.openshift.io/v1
kind: Template
metadata: { name: all }
objects:
  - apiVersion: apps/v1
    kind: Deployment
    metadata: { name: vllm }
`;
    assert.deepEqual(names(text), ["Template/all", "Deployment/vllm"]);
  });

  it("finds objects in kro resources, not in kro's schema", () => {
    const text = `
apiVersion: kro.run/v1alpha1
kind: ResourceGraphDefinition
metadata: { name: graph }
spec:
  schema: { apiVersion: v1alpha1, kind: Server, spec: { replicas: integer } }
  resources:
    - id: deployment
      template: { apiVersion: apps/v1, kind: Deployment, metadata: { name: vllm } }
`;
    assert.deepEqual(names(text), ["ResourceGraphDefinition/graph", "Deployment/vllm"]);
  });

  it("takes references and claim templates for no objects", () => {
    const text = `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: vllm, ownerReferences: [{ apiVersion: v1, kind: Node, name: n }] }
spec:
  volumeClaimTemplates: [{ apiVersion: v1, kind: PersistentVolumeClaim, metadata: { name: data } }]
`;
    assert.deepEqual(names(text), ["StatefulSet/vllm"]);
  });

  it("gives the same objects for the same document", () => {
    const [placed] = parseFile("apiVersion: v1\nkind: Pod\nmetadata: { name: a }\n");
    assert.ok(placed);
    const file: FileFacts = { path: "a.yaml", kustomize: "none", helmTemplate: false };
    assert.equal(objectsOf(placed.source, file), objectsOf(placed.source, { ...file }));
    assert.notEqual(
      objectsOf(placed.source, file),
      objectsOf(placed.source, { ...file, helmTemplate: true }),
    );
  });
});

describe("partial objects", () => {
  const complete = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: vllm }
spec:
  selector: { matchLabels: { app: vllm } }
  template:
    spec:
      containers: [{ name: vllm, image: vllm/vllm-openai }]
`;
  it("are not complete ones", () => assert.equal(firstObject(complete).partial, false));

  for (const [what, text] of [
    ["a patch without a selector", complete.replace(/ {2}selector.*\n/, "")],
    ["a patch without an image", complete.replace(", image: vllm/vllm-openai", "")],
    ["a patch without containers", complete.replace(/ {6}containers.*\n/, "      nodeSelector: { a: b }\n")],
    ["a base whose image an overlay sets", complete.replace("vllm/vllm-openai", "replaced-by-kustomize")],
    [
      "a strategic merge directive",
      complete.replace("spec:\n  selector", "$patch: merge\nspec:\n  selector"),
    ],
    [
      "a template that adds entries",
      complete.replace("  template:\n", "  {{- toYaml .Values.strategy | nindent 2 }}\n  template:\n"),
    ],
    [
      "an autoscaler without a target",
      "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nspec: { maxReplicas: 3 }\n",
    ],
  ] as const) {
    it(`are ${what}`, () => assert.equal(firstObject(text).partial, true));
  }

  it("are those of a base or a chart", () => {
    assert.equal(objectsIn(complete, { kustomize: "base" })[0]?.partial, true);
    assert.equal(objectsIn(complete, { helmTemplate: true })[0]?.partial, true);
    assert.equal(objectsIn(complete, { kustomize: "overlay" })[0]?.partial, false);
  });

  it("are not made so by a templated value alone", () => {
    assert.equal(firstObject(complete.replace("name: vllm,", 'name: "{{.Name}}",')).partial, false);
  });
});
