import { own } from "../../base/own";
import type { KubeObject } from "../model";
import { SINGLE, type Surroundings } from "./shape";

type Facts = Partial<Pick<Surroundings, "grouping" | "managed" | "partial" | "batch">>;

const OPERATED: Facts = { managed: true };
const MERGED: Facts = { managed: true, partial: true };
const BATCH: Facts = { batch: true };
/** Several pods may form a server; how many is said, if at all, further in. */
const GROUPED: Facts = { grouping: { kind: "group", role: "leader", size: undefined } };

/** What a kind alone says of its pods. A name without a kind stands for the whole API group. */
const KINDS: Readonly<Record<string, Facts>> = {
  "batch/Job": BATCH,
  "batch/CronJob": BATCH,
  "batch.volcano.sh": BATCH,
  "jobset.x-k8s.io": BATCH,
  "kubeflow.org": BATCH,
  "trainer.kubeflow.org": BATCH,
  "keda.sh/ScaledJob": BATCH,
  "argoproj.io/Workflow": BATCH,
  "argoproj.io/WorkflowTemplate": BATCH,
  "argoproj.io/CronWorkflow": BATCH,
  "tekton.dev": BATCH,
  "serving.knative.dev/Service": OPERATED,
  "serving.kserve.io/InferenceService": OPERATED,
  "serving.kserve.io/ServingRuntime": MERGED,
  "serving.kserve.io/ClusterServingRuntime": MERGED,
  "serving.kserve.io/LLMInferenceService": MERGED,
  "serving.kserve.io/LLMInferenceServiceConfig": MERGED,
  "nvidia.com": MERGED,
  "llm-d.ai": MERGED,
  "kubeai.org": MERGED,
  "kaito.sh": MERGED,
  "inference.llmkube.dev": MERGED,
  "workloads.x-k8s.io": GROUPED,
  "orchestration.aibrix.ai": GROUPED,
  "workload.serving.volcano.sh": GROUPED,
  "ray.io": { ...OPERATED, ...GROUPED },
  "ray.io/RayJob": { ...OPERATED, ...GROUPED, ...BATCH },
  "leaderworkerset.x-k8s.io": GROUPED,
  "disaggregatedset.x-k8s.io": GROUPED,
};

/** Kinds that hold no pods of their own, or only values for a chart that writes them: another layer reads those. */
const WITHOUT_PODS = new Set([
  "ConfigMap",
  "Secret",
  "CustomResourceDefinition",
  "HelmRelease",
  "HelmChart",
  "HelmChartConfig",
  "Kustomization",
  "Application",
  "ApplicationSet",
  "PrometheusRule",
  "ClusterRole",
  "Role",
]);

/** Undefined for kinds that hold no pods. */
export function surroundingsOf(object: KubeObject): Surroundings | undefined {
  if (WITHOUT_PODS.has(object.kind)) return undefined;
  const facts = own(KINDS, `${object.group}/${object.kind}`) ?? own(KINDS, object.group) ?? {};
  return {
    group: object.group,
    kind: object.kind,
    objectName: object.name,
    replicas: undefined,
    grouping: SINGLE,
    managed: false,
    partial: false,
    batch: false,
    labels: controllerLabels(object),
    ...facts,
  };
}

/** Labels that Services often select by and that no manifest spells out. */
function controllerLabels(object: KubeObject): ReadonlyMap<string, string> {
  const keys = NAME_LABELS[`${object.group}/${object.kind}`] ?? [];
  const labels = new Map<string, string>();
  // KServe hands the labels of an InferenceService on to its pods.
  if (object.group === "serving.kserve.io")
    for (const [name, value] of object.labels) labels.set(name, value);
  if (object.name !== undefined) for (const key of keys) labels.set(key, object.name);
  return labels;
}

const NAME_LABELS: Readonly<Record<string, readonly string[]>> = {
  "leaderworkerset.x-k8s.io/LeaderWorkerSet": ["leaderworkerset.sigs.k8s.io/name"],
  "serving.kserve.io/InferenceService": ["serving.kserve.io/inferenceservice"],
  "serving.kserve.io/LLMInferenceService": ["app.kubernetes.io/name"],
  "workloads.x-k8s.io/RoleBasedGroup": [
    "rolebasedgroup.workloads.x-k8s.io/name",
    "rbg.workloads.x-k8s.io/group-name",
  ],
  "orchestration.aibrix.ai/StormService": ["storm-service-name"],
  "workload.serving.volcano.sh/ModelServing": ["modelserving.volcano.sh/name"],
  "serving.knative.dev/Service": ["serving.knative.dev/service"],
  "batch/Job": ["batch.kubernetes.io/job-name"],
};
