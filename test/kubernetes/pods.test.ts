import assert from "node:assert/strict";
import { podTemplatesOf } from "../../src/kubernetes/pods";
import type { PodTemplate } from "../../src/kubernetes/model";
import { firstObject, firstPod, objectsIn, podsIn } from "./support";

const CONTAINERS = "containers: [{ name: vllm, image: vllm/vllm-openai }]";

function brief(pod: PodTemplate): string {
  const { grouping } = pod;
  const group = grouping.kind === "single" ? "single" : `${grouping.role} of ${grouping.size ?? "?"}`;
  const flags = [pod.managed && "managed", pod.partial && "partial", pod.batch && "batch"].filter(Boolean);
  const images = pod.containers.map(
    (container) => container.image?.text ?? (container.isKServeModel ? "model" : "none"),
  );
  return [`${pod.replicas ?? "?"}x`, group, ...flags, images.join("+")].join(" ");
}

/** What is found in each kind: copies, grouping, flags and images of every pod template. */
const KINDS: readonly (readonly [kind: string, text: string, pods: readonly string[]])[] = [
  ["Deployment", `apiVersion: apps/v1
kind: Deployment
spec:
  replicas: 3
  selector: {}
  template: { spec: { ${CONTAINERS} } }`, ["3x single vllm/vllm-openai"]],
  ["Deployment without replicas", `apiVersion: apps/v1
kind: Deployment
spec:
  selector: {}
  template: { spec: { ${CONTAINERS} } }`, ["?x single vllm/vllm-openai"]],
  ["Deployment with templated replicas", `apiVersion: apps/v1
kind: Deployment
spec:
  replicas: \${N}
  selector: {}
  template: { spec: { ${CONTAINERS} } }`, ["?x single vllm/vllm-openai"]],
  ["Pod", `apiVersion: v1
kind: Pod
spec: { ${CONTAINERS} }`, ["?x single vllm/vllm-openai"]],
  ["Job", `apiVersion: batch/v1
kind: Job
spec: { template: { spec: { ${CONTAINERS} } } }`, ["?x single batch vllm/vllm-openai"]],
  ["CronJob", `apiVersion: batch/v1
kind: CronJob
spec: { jobTemplate: { spec: { template: { spec: { ${CONTAINERS} } } } } }`, ["?x single batch vllm/vllm-openai"]],
  ["ScaledJob", `apiVersion: keda.sh/v1alpha1
kind: ScaledJob
spec: { jobTargetRef: { template: { spec: { ${CONTAINERS} } } } }`, ["?x single batch vllm/vllm-openai"]],
  ["Argo Rollout", `apiVersion: argoproj.io/v1alpha1
kind: Rollout
spec: { replicas: 2, template: { spec: { ${CONTAINERS} } } }`, ["2x single vllm/vllm-openai"]],
  ["Knative Service", `apiVersion: serving.knative.dev/v1
kind: Service
spec: { template: { spec: { ${CONTAINERS} } } }`, ["?x single managed vllm/vllm-openai"]],
  ["LeaderWorkerSet", `apiVersion: leaderworkerset.x-k8s.io/v1
kind: LeaderWorkerSet
spec:
  replicas: 2
  leaderWorkerTemplate:
    size: 4
    leaderTemplate: { spec: { ${CONTAINERS} } }
    workerTemplate: { spec: { ${CONTAINERS} } }`, ["2x leader of 4 vllm/vllm-openai", "2x worker of 4 vllm/vllm-openai"]],
  ["LeaderWorkerSet with one template", `apiVersion: leaderworkerset.x-k8s.io/v1
kind: LeaderWorkerSet
spec: { leaderWorkerTemplate: { size: 2, workerTemplate: { spec: { ${CONTAINERS} } } } }`, ["?x leader of 2 vllm/vllm-openai"]],
  ["LeaderWorkerSet of one pod", `apiVersion: leaderworkerset.x-k8s.io/v1
kind: LeaderWorkerSet
spec: { leaderWorkerTemplate: { workerTemplate: { spec: { ${CONTAINERS} } } } }`, ["?x single vllm/vllm-openai"]],
  ["LeaderWorkerSet of unknown size", `apiVersion: leaderworkerset.x-k8s.io/v1
kind: LeaderWorkerSet
spec: { leaderWorkerTemplate: { size: "{{ .size }}", workerTemplate: { spec: { ${CONTAINERS} } } } }`, ["?x leader of ? vllm/vllm-openai"]],
  ["DisaggregatedSet", `apiVersion: disaggregatedset.x-k8s.io/v1
kind: DisaggregatedSet
spec:
  roles:
    - { name: prefill, replicas: 3, leaderWorkerTemplate: { size: 2, workerTemplate: { spec: { ${CONTAINERS} } } } }`, ["3x leader of 2 vllm/vllm-openai"]],
  ["InferenceService with a model", `apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
spec: { predictor: { minReplicas: 1, model: { modelFormat: { name: vLLM }, args: [--max-model-len=8192] } } }`, ["1x single managed partial model"]],
  ["InferenceService with containers", `apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
spec: { predictor: { ${CONTAINERS} } }`, ["?x single managed vllm/vllm-openai"]],
  ["InferenceService with a worker", `apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
spec:
  predictor:
    model: { modelFormat: { name: huggingface } }
    workerSpec: { pipelineParallelSize: 2, ${CONTAINERS} }`, ["?x leader of 2 managed partial model", "?x worker of 2 managed partial vllm/vllm-openai"]],
  ["InferenceService of another API", `apiVersion: inference.llmkube.dev/v1alpha1
kind: InferenceService
spec: { predictor: { model: { name: a } }, modelRef: b }`, []],
  ["ServingRuntime", `apiVersion: serving.kserve.io/v1alpha1
kind: ClusterServingRuntime
spec: { supportedModelFormats: [{ name: vLLM }], ${CONTAINERS} }`, ["?x single managed partial vllm/vllm-openai"]],
  ["LLMInferenceService", `apiVersion: serving.kserve.io/v1alpha1
kind: LLMInferenceService
spec:
  replicas: 1
  parallelism: { data: 16, dataLocal: 8 }
  template: { containers: [{ name: main, args: [--enforce-eager] }] }
  worker: { containers: [{ name: main, env: [] }] }
  prefill: { replicas: 2, template: { containers: [{ name: main, resources: {} }] } }`,
    ["1x leader of 2 managed partial none", "1x worker of 2 managed partial none", "2x single managed partial none"]],
  ["RayCluster", `apiVersion: ray.io/v1
kind: RayCluster
spec:
  headGroupSpec: { template: { spec: { ${CONTAINERS} } } }
  workerGroupSpecs: [{ groupName: gpu, replicas: 3, template: { spec: { ${CONTAINERS} } } }]`,
    ["?x leader of 4 managed vllm/vllm-openai", "3x worker of 4 managed vllm/vllm-openai"]],
  ["RayService", `apiVersion: ray.io/v1
kind: RayService
spec:
  rayClusterConfig:
    headGroupSpec: { template: { spec: { ${CONTAINERS} } } }
    workerGroupSpecs: [{ template: { spec: { ${CONTAINERS} } } }]`,
    ["?x leader of ? managed vllm/vllm-openai", "?x worker of ? managed vllm/vllm-openai"]],
  ["StormService", `apiVersion: orchestration.aibrix.ai/v1alpha1
kind: StormService
spec: { template: { spec: { roles: [
  { name: prefill, replicas: 2, template: { spec: { ${CONTAINERS} } } },
  { name: decode, podGroupSize: 1, template: { spec: { ${CONTAINERS} } } },
  { name: big, podGroupSize: 4, template: { spec: { ${CONTAINERS} } } }] } } }`,
    ["2x leader of ? vllm/vllm-openai", "?x single vllm/vllm-openai", "?x leader of 4 vllm/vllm-openai"]],
  ["ModelServing", `apiVersion: workload.serving.volcano.sh/v1alpha1
kind: ModelServing
spec: { template: { roles: [{ name: r, replicas: 2, workerReplicas: 1,
  entryTemplate: { spec: { ${CONTAINERS} } }, workerTemplate: { spec: { ${CONTAINERS} } } }] } }`,
    ["2x leader of 2 vllm/vllm-openai", "2x worker of 2 vllm/vllm-openai"]],
  ["DynamoGraphDeployment", `apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
spec: { services: { Worker: { replicas: 2, multinode: { nodeCount: 2 }, extraPodSpec: { mainContainer: { image: dynamo } } } } }`,
    ["2x leader of 2 managed partial dynamo"]],
  ["llm-d ModelService", `apiVersion: llm-d.ai/v1alpha1
kind: ModelService
spec: { decode: { replicas: 1, containers: [{ name: vllm, args: [--model, m] }] } }`, ["1x single managed partial none"]],
  ["an unknown kind", `apiVersion: example.com/v1
kind: Server
spec: { deep: [{ podTemplate: { spec: { ${CONTAINERS} } } }] }`, ["?x single vllm/vllm-openai"]],
  ["a list of containers that are none", `apiVersion: example.com/v1
kind: Policy
spec: { rule: { containers: [{ name: a, mode: off }, plain] } }`, []],
  ["a HelmRelease, whose values are a chart's", `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
spec: { values: { decode: { ${CONTAINERS} } } }`, []],
]; // prettier-ignore

describe("pod templates", () => {
  for (const [kind, text, expected] of KINDS) {
    it(`of ${kind}`, () => assert.deepEqual(podsIn(text).map(brief), expected));
  }

  it("belong to the object they stand in, not to the list around it", () => {
    const text = `
apiVersion: template.openshift.io/v1
kind: Template
metadata: { name: t }
objects:
  - apiVersion: v1
    kind: Pod
    metadata: { name: p }
    spec: { ${CONTAINERS} }
`;
    const found = objectsIn(text).map((object) => [object.kind, podTemplatesOf(object).length]);
    assert.deepEqual(found, [["Template", 0], ["Pod", 1]]); // prettier-ignore
  });

  it("are read once", () => {
    const object = firstObject(`apiVersion: v1\nkind: Pod\nspec: { ${CONTAINERS} }`);
    assert.equal(podTemplatesOf(object), podTemplatesOf(object));
  });

  it("tell init containers from sidecars", () => {
    const pod = firstPod(`
apiVersion: v1
kind: Pod
spec:
  ${CONTAINERS}
  initContainers:
    - { name: download, image: a }
    - { name: proxy, image: b, restartPolicy: Always }
`);
    assert.deepEqual(
      pod.initContainers.map(({ name, role }) => [name, role]),
      [["download", "init"], ["proxy", "sidecar"]], // prettier-ignore
    );
  });

  it("carry the labels of their template and of their controller", () => {
    const pod = firstPod(`
apiVersion: leaderworkerset.x-k8s.io/v1
kind: LeaderWorkerSet
metadata: { name: vllm }
spec:
  leaderWorkerTemplate:
    size: 2
    leaderTemplate: { metadata: { labels: { role: leader } }, spec: { ${CONTAINERS} } }
    workerTemplate: { spec: { ${CONTAINERS} } }
`);
    assert.equal(pod.labels.get("role"), "leader");
    assert.equal(pod.labels.get("leaderworkerset.sigs.k8s.io/name"), "vllm");
  });

  it("take merge keys for what they merge", () => {
    const pod = firstPod(`
apiVersion: v1
kind: Pod
metadata: { labels: &labels { app: vllm } }
spec:
  <<: &spec { nodeSelector: { gpu: h100 } }
  ${CONTAINERS}
`);
    assert.ok(pod.spec.get("nodeSelector"));
    assert.equal(pod.labels.get("app"), "vllm");
  });
});

describe("patched pod templates", () => {
  const group = `
apiVersion: workloads.x-k8s.io/v1alpha1
kind: RoleBasedGroup
metadata: { name: vllm }
spec:
  roles:
    - name: server
      replicas: 2
      leaderWorkerSet:
        size: 2
        patchLeaderTemplate: { metadata: { labels: { role: leader } }, spec: { containers: [{ name: vllm, args: [serve] }] } }
        patchWorkerTemplate: { spec: { containers: [{ name: vllm, args: [work] }] } }
      template:
        metadata: { labels: { app: vllm } }
        spec:
          containers:
            - { name: vllm, image: vllm/vllm-openai }
            - { name: side, image: proxy }
`;
  it("take from the template below what they do not say", () => {
    assert.deepEqual(podsIn(group).map(brief), [
      "2x leader of 2 vllm/vllm-openai+proxy",
      "2x worker of 2 vllm/vllm-openai+proxy",
    ]);
    const [leader] = podsIn(group);
    assert.equal(leader?.labels.get("app"), "vllm");
    assert.equal(leader?.labels.get("role"), "leader");
    assert.equal(leader?.labels.get("rolebasedgroup.workloads.x-k8s.io/role"), "server");
  });

  it("find shared templates by name, which are no pods themselves", () => {
    const pods = podsIn(`
apiVersion: workloads.x-k8s.io/v1alpha2
kind: RoleBasedGroup
spec:
  roleTemplates: [{ name: base, template: { spec: { ${CONTAINERS} } } }]
  roles:
    - name: decode
      replicas: 3
      standalonePattern: { templateRef: { name: base, patch: { spec: { containers: [{ name: vllm, args: [a] }] } } } }
    - name: plain
      standalonePattern: { template: { spec: { containers: [{ name: r, image: router }] } } }
`);
    assert.deepEqual(pods.map(brief), ["3x leader of ? vllm/vllm-openai", "?x leader of ? router"]);
  });
});
