import type { SourceDocument } from "../yaml/document";
import type { YamlMap, YamlScalar } from "../yaml/node";

/** A Kubernetes object as written, also one nested in a `kind: List` or in a template of another. */
export interface KubeObject {
  readonly doc: SourceDocument;
  /** The path of its file; undefined for what stands in no object of its own. */
  readonly file?: string;
  readonly node: YamlMap;
  /** `apps` of `apps/v1`; empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Undefined when missing or templated. */
  readonly name: string | undefined;
  readonly namespace: string | undefined;
  readonly labels: ReadonlyMap<string, string>;
  /**
   * True for what is completed elsewhere: a Kustomize base or patch, a Helm template. What it does not say proves nothing,
   * so no "X is missing" is ever said of it.
   */
  readonly partial: boolean;
}

/** A pod template, by whatever object it was written in. */
export interface PodTemplate {
  readonly object: KubeObject;
  /** The pod spec: the map that holds `containers` (KServe: `model`, Dynamo: `mainContainer`). */
  readonly spec: YamlMap;
  /** The pod spec that `spec` is laid over, when the same object holds it (RoleBasedGroup's leader and worker patches). */
  readonly base: YamlMap | undefined;
  /** Labels the pods will carry. */
  readonly labels: ReadonlyMap<string, string>;
  readonly annotations: ReadonlyMap<string, string>;
  /** What runs side by side; the engine is one of them. */
  readonly containers: readonly Container[];
  /** What runs before them; with `restartPolicy: Always` it stays on as a sidecar. */
  readonly initContainers: readonly Container[];
  /** Copies of the pod, or of its group; undefined when not said or unknown. */
  readonly replicas: number | undefined;
  /** One pod is a server by itself, or several form one (LeaderWorkerSet, Ray): then TP and PP span pods. */
  readonly grouping: PodGrouping;
  /** The kind's operator adds probes, /dev/shm or ports that are not written here (KServe, Dynamo, KAITO ...). */
  readonly managed: boolean;
  readonly partial: boolean;
  /** `Job` and `CronJob`: runs to an end, serves nobody behind a Service. */
  readonly batch: boolean;
}

export type PodGrouping =
  | { readonly kind: "single" }
  /** `size` pods form one server; undefined when unknown. `shared`: leader and workers come from the same template. */
  | {
      readonly kind: "group";
      readonly role: "leader" | "worker";
      readonly size: number | undefined;
      readonly shared?: true;
    };

export interface Container {
  readonly pod: PodTemplate;
  readonly node: YamlMap;
  /** What the container is laid over in the same object: the one it patches, or Dynamo's service around it. See `fieldOf`. */
  readonly base: YamlMap | undefined;
  readonly name: string | undefined;
  readonly role: "main" | "init" | "sidecar";
  readonly image: YamlScalar | undefined;
  /** KServe's `predictor.model`, whose image and command come from a ServingRuntime. */
  readonly isKServeModel: boolean;
}

/** What a pod asks for in accelerators, and which they are as far as the manifest tells. */
export interface GpuRequest {
  /** `nvidia.com/gpu`, `amd.com/gpu`, `nvidia.com/mig-3g.40gb` ...; undefined when only a DRA claim or nothing. */
  readonly resource: string | undefined;
  /** True when the container names a resource claim (DRA): it may have devices that no resource shows. */
  readonly claimed: boolean;
  /** Undefined when templated or unknown. */
  readonly count: number | undefined;
  /** The scalar that holds the count, limits before requests. */
  readonly node: YamlScalar | undefined;
  /** Text that names the product (`NVIDIA-L4`, `nvidia-h100-80gb`, `g6.xlarge`), with what it was read from. */
  readonly product: GpuHint | undefined;
  /** Everything that names a product, best first; `product` is the first. A later one may be easier to resolve. */
  readonly hints: readonly GpuHint[];
  /** True when several pods share one card (time slicing, MPS, `nvidia.com/gpu.shared`). */
  readonly shared: boolean;
}

export interface GpuHint {
  readonly text: string;
  readonly from:
    "node-selector" | "node-affinity" | "instance-type" | "resource" | "device-class" | "comment" | "setting";
  /** The label or resource that held it. */
  readonly key: string;
  readonly node: YamlScalar | undefined;
}

/** A HorizontalPodAutoscaler or KEDA ScaledObject, brought to one form. */
export interface Scaler {
  /** The autoscaler; of one that an operator makes, the workload that asks for it. */
  readonly object: KubeObject;
  readonly type: "hpa" | "keda";
  /** Where it is written: as an object of its own, in a chart's values, or in a workload of KServe. */
  readonly form: "object" | "production-stack" | "inference-service" | "llm-inference-service";
  /** The fields of a ScaledObject or HPA, under the names they have there; undefined where a workload has names of its own. */
  readonly spec: YamlMap | undefined;
  /** Under the workload's own names: `autoScaling` of an InferenceService, `scaling.keda` of an LLMInferenceService. */
  readonly ownSpec: YamlMap | undefined;
  readonly target: ScaleTarget | undefined;
  /** As written: undefined when not said (HPA then takes 1, KEDA 0) or unknown. */
  readonly minReplicas: number | undefined;
  /** As written: undefined when not said (KEDA then takes 100) or unknown. */
  readonly maxReplicas: number | undefined;
  /** HPA metrics or KEDA triggers. */
  readonly signals: readonly ScalerSignal[];
}

export interface ScaleTarget {
  readonly kind: string;
  readonly name: string;
  /** Undefined when the reference has no `apiVersion`. */
  readonly group: string | undefined;
  /** `scaleTargetRef`. */
  readonly node: YamlMap;
}

export interface ScalerSignal {
  /** The list item; the HPA's `spec` for the CPU target of `autoscaling/v1`. */
  readonly node: YamlMap;
  /** `cpu`, `memory`, `prometheus`, `pods`, `external`, `object`, or another KEDA scaler's type as written. */
  readonly type: string;
  /** The parameters of a KEDA trigger. */
  readonly metadata: YamlMap | undefined;
  /** The metric's name: of an HPA Pods, Object or External metric, or a trigger's `metricName`. */
  readonly metric: YamlScalar | undefined;
  /** The PromQL query of a KEDA prometheus trigger. */
  readonly query: YamlScalar | undefined;
  readonly threshold: YamlScalar | undefined;
  /** `AverageValue` is KEDA's default. Undefined when templated. */
  readonly metricType: "AverageValue" | "Value" | "Utilization" | undefined;
}
