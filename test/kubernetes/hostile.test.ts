import assert from "node:assert/strict";
import fc from "fast-check";
import { stringify } from "yaml";
import * as kubernetes from "../../src/kubernetes";
import { objectsIn } from "./support";
import { cpuTime } from "../cpu-time";

/** Asks everything that the layer can answer about a text. */
function readAll(text: string): number {
  const index = new kubernetes.ObjectIndex(objectsIn(text));
  for (const object of index.objects) {
    index.scalersOf(object);
    const service = kubernetes.serviceOf(object);
    if (service) index.podsOf(service);
    const scaler = kubernetes.scalerOf(object);
    if (scaler) index.targetOf(scaler);
  }
  for (const pod of index.pods) {
    index.servicesOf(pod);
    kubernetes.volumesOf(pod);
    for (const container of [...pod.containers, ...pod.initContainers]) {
      kubernetes.gpuRequestOf(container, pod.object.doc.comments, undefined, index.find);
      kubernetes.environmentOf(container, index.find);
      kubernetes.mountCovering(container, "/root/.cache/huggingface");
      kubernetes.mountsAreOpen(container);
      for (const kind of ["startupProbe", "livenessProbe", "readinessProbe"] as const)
        kubernetes.probeOf(container, kind);
    }
  }
  return index.pods.length;
}

const KEYS = [
  "spec", "template", "metadata", "labels", "containers", "initContainers", "env", "envFrom", "valueFrom", "configMapRef", "name",
  "image", "resources", "limits", "requests", "claims", "nvidia.com/gpu", "volumes", "volumeMounts", "mountPath", "emptyDir",
  "livenessProbe", "httpGet", "port", "predictor", "model", "workerSpec", "leaderWorkerTemplate", "size", "leaderTemplate",
  "workerTemplate", "headGroupSpec", "workerGroupSpecs", "roles", "roleTemplates", "templateRef", "patch", "leaderWorkerSet",
  "extraPodSpec", "mainContainer", "multinode", "selector", "ports", "triggers", "metrics", "scaleTargetRef", "nodeSelector",
  "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms", "matchExpressions", "values",
  "key", "operator", "replicas", "apiVersion", "kind", "items", "resourceClaims", "data", "<<",
]; // prettier-ignore

const KINDS = [
  "v1 Pod", "v1 Service", "v1 List", "apps/v1 Deployment", "apps/v1 StatefulSet", "autoscaling/v2 HorizontalPodAutoscaler",
  "keda.sh/v1alpha1 ScaledObject", "serving.kserve.io/v1beta1 InferenceService", "serving.kserve.io/v1alpha1 LLMInferenceService",
  "serving.kserve.io/v1alpha1 ServingRuntime", "ray.io/v1 RayCluster", "nvidia.com/v1alpha1 DynamoGraphDeployment",
  "workloads.x-k8s.io/v1alpha1 RoleBasedGroup", "leaderworkerset.x-k8s.io/v1 LeaderWorkerSet", "example.com/v1 Thing",
]; // prettier-ignore

const trees = fc.letrec((tie) => ({
  node: fc.oneof(
    { maxDepth: 7, depthSize: "large" },
    fc.constantFrom<unknown>("a", 1, true, null, "$(A)", "{{ .x }}", "${X}"),
    fc.dictionary(fc.constantFrom(...KEYS), tie("node"), { maxKeys: 6 }),
    fc.array(tie("node"), { maxLength: 3 }),
  ),
}));

describe("hostile manifests", () => {
  it("of any shape are read without throwing", () => {
    fc.assert(
      fc.property(fc.constantFrom(...KINDS), trees.node, trees.node, (kind, metadata, spec) => {
        const [apiVersion, name] = kind.split(" ");
        readAll(stringify({ apiVersion, kind: name, metadata, spec }));
      }),
      { numRuns: 400 },
    );
  });

  for (const [what, text] of [
    [
      "an alias of its own parent",
      "apiVersion: v1\nkind: Pod\nspec: &s\n  containers: [{ name: a, image: b, env: *s }]\n  more: *s\n",
    ],
    [
      "a merge of its own parent",
      "apiVersion: v1\nkind: Pod\nspec: &s\n  <<: *s\n  containers: &c\n    - { <<: *s, name: a, image: b }\n",
    ],
    [
      "an alias of a list in itself",
      "apiVersion: v1\nkind: Pod\nspec: { containers: &c [{ name: a, image: b }, *c] }\n",
    ],
    ["scalars for maps", "apiVersion: v1\nkind: Pod\nmetadata: a\nspec: b\n"],
    ["lists for maps", "apiVersion: v1\nkind: Pod\nmetadata: [a]\nspec: [b, [c]]\n"],
    [
      "maps for scalars",
      "apiVersion: v1\nkind: Pod\nspec: { containers: [{ name: {}, image: [], ports: {}, env: [[]], resources: [] }] }\n",
    ],
    [
      "half a line",
      "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - name: a\n      image: b\n      env:\n        - na",
    ],
  ] as const) {
    it(`with ${what} are read`, () => void readAll(text));
  }

  it("nested deeper than anything real end the search", () => {
    const deep = "{ a: ".repeat(300) + "{ containers: [{ name: a, image: b }] }" + " }".repeat(300);
    assert.equal(readAll(`apiVersion: example.com/v1\nkind: Thing\nspec: ${deep}\n`), 0);
  });

  it("that multiply by aliases stay small", () => {
    const lines = ["a0: &a0 { containers: [{ name: a, image: b }] }"];
    for (let i = 1; i < 14; i++)
      lines.push(
        `a${i}: &a${i} [${Array(9)
          .fill(`*a${i - 1}`)
          .join(", ")}]`,
      );
    const started = cpuTime();
    readAll(`apiVersion: example.com/v1\nkind: Thing\n${lines.join("\n")}\n`);
    assert.ok(cpuTime() - started < 2000);
  });

  it("with ten thousand items take no time to speak of", () => {
    const env = Array.from(
      { length: 10_000 },
      (_, i) => `        - { name: V${i}, value: "$(V${i - 1})" }`,
    ).join("\n");
    const text = `apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - name: a\n      image: b\n      env:\n${env}\n`;
    const started = cpuTime();
    assert.equal(readAll(text), 1);
    assert.ok(cpuTime() - started < 4000);
  });
});
