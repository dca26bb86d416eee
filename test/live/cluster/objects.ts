/** What the stand-in cluster holds: enough of each object for those who read it. */
export interface ClusterPod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly phase?: "Running" | "Pending" | "Failed";
  readonly ready?: boolean;
  /** Container ports with the loopback port that stands for each; undefined for a pod without an IP. */
  readonly ports?: Readonly<Record<number, number>>;
  readonly restarts?: number;
}

export interface ClusterService {
  readonly namespace: string;
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly selector?: Readonly<Record<string, string>>;
  readonly ports: readonly {
    readonly name?: string;
    readonly port: number;
    readonly backend: number | undefined;
  }[];
}

export interface ClusterWorkload {
  readonly namespace: string;
  readonly name: string;
  readonly kind: "Deployment" | "StatefulSet";
  readonly labels: Readonly<Record<string, string>>;
  replicas: number;
  ready: number;
}

export interface ClusterScaler {
  readonly namespace: string;
  readonly name: string;
  readonly target: string;
  readonly min: number;
  readonly max: number;
  current: number;
  desired: number;
}

export interface Cluster {
  pods: ClusterPod[];
  services: ClusterService[];
  workloads: ClusterWorkload[];
  scalers: ClusterScaler[];
  /** `Prometheus` objects of the operator; undefined where its API is not installed. */
  operatorInstalled?: boolean;
}

type Json = Record<string, unknown>;

const meta = (each: {
  name: string;
  namespace: string;
  labels?: Readonly<Record<string, string>> | undefined;
}): Json => ({
  name: each.name,
  namespace: each.namespace,
  labels: each.labels ?? {},
  creationTimestamp: "2026-11-01T00:00:00Z",
});

export function podJson(pod: ClusterPod): Json {
  const ready = pod.ready ?? pod.phase === undefined;
  const statuses = [{ name: "vllm", ready, restartCount: pod.restarts ?? 0 }];
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { ...meta(pod), uid: pod.uid },
    spec: { containers: [{ name: "vllm", image: "vllm/vllm-openai:v0.11.0" }] },
    status: {
      phase: pod.phase ?? "Running",
      ...(pod.ports ? { podIP: "192.0.2.10" } : {}),
      conditions: [{ type: "Ready", status: ready ? "True" : "False" }],
      containerStatuses: statuses,
    },
  };
}

export function serviceJson(service: ClusterService): Json {
  const ports = service.ports.map(({ name, port }) => ({ ...(name ? { name } : {}), port, protocol: "TCP" }));
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: meta(service),
    spec: { ports, selector: service.selector ?? {} },
  };
}

export function workloadJson(workload: ClusterWorkload): Json {
  return {
    apiVersion: "apps/v1",
    kind: workload.kind,
    metadata: meta(workload),
    spec: { replicas: workload.replicas, selector: { matchLabels: workload.labels } },
    status: { replicas: workload.replicas, readyReplicas: workload.ready },
  };
}

export function scalerJson(scaler: ClusterScaler): Json {
  return {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: meta(scaler),
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: scaler.target },
      minReplicas: scaler.min,
      maxReplicas: scaler.max,
    },
    status: { currentReplicas: scaler.current, desiredReplicas: scaler.desired },
  };
}

export function matchesSelector(labels: Readonly<Record<string, string>>, selector: string | null): boolean {
  if (!selector) return true;
  return selector.split(",").every((term) => {
    const [key = "", value = ""] = term.split("=");
    return labels[key] === value;
  });
}
