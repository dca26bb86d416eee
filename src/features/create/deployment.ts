import { nameOf } from "../../base/path";
import { entryOf } from "../../vllm/find-start";
import { existsAt, matchFlag } from "../../vllm/flags";
import { formatVersion, type VllmVersion } from "../../vllm/version";
import type { Plain } from "../../yaml/format";
import type { Selector } from "./clouds";

/** Everything that a Deployment of one model says; what is worked out from the plan is a guess in the first draft. */
export interface Design {
  readonly name: string;
  readonly namespace: string;
  readonly model: string;
  readonly version: VllmVersion;
  readonly selector: Selector;
  readonly tensor: number;
  readonly length: number;
  readonly sequences: number;
  /** For cards without bfloat16. */
  readonly half: boolean;
  /** Undefined under an autoscaler. */
  readonly replicas: number | undefined;
  readonly cpus: number;
  /** GiB that the node keeps for it, and that it may take. */
  readonly memory: { readonly request: number; readonly limit: number };
  readonly shmGib: number;
  /** Failures of the startup probe, ten seconds apart. */
  readonly startupFailures: number;
}

export const PROBE_SECONDS = 10;
/** For a new node and an image of ten gigabytes. */
const NODE_AND_IMAGE_SECONDS = 600;
/** Traffic still comes for a while after a pod is told to end. */
const PRE_STOP_SECONDS = 10;
const DRAIN_SECONDS = 60;
const GRACE_SECONDS = 90;

/** API server, engine core and a worker for each GPU are busy, on a core of two threads each. */
export function cpusFor(tensor: number): number {
  return 2 * (2 + tensor);
}

/** `meta-llama/Llama-3.1-8B-Instruct` -> `llama-3-1-8b-instruct`; short enough for what is put behind it. */
export function nameFor(model: string): string {
  const plain = nameOf(model)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 40)
    .replace(/^-+|-+$/g, "");
  return /^[a-z]/.test(plain) ? plain : `vllm-${plain}`.replace(/-$/, "");
}

export function imageOf(version: VllmVersion): string {
  return `vllm/vllm-openai:v${formatVersion(version)}`;
}

export function metadataOf({ name, namespace }: Design, suffix = ""): Record<string, Plain> {
  return { name: `${name}${suffix}`, namespace };
}

export function labelsOf({ name }: Design): Readonly<Record<string, string>> {
  return { app: name };
}

/** With a snippet's answers the same as the snippet `vllm-single-gpu`: a test holds them together. */
export function deployment(design: Design): Plain {
  const { replicas, startupFailures, selector } = design;
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadataOf(design),
    spec: {
      ...(replicas !== undefined && { replicas }),
      progressDeadlineSeconds: startupFailures * PROBE_SECONDS + NODE_AND_IMAGE_SECONDS,
      // A second pod beside the first would wait for GPUs that it holds.
      strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
      selector: { matchLabels: labelsOf(design) },
      template: {
        metadata: { labels: labelsOf(design) },
        spec: {
          enableServiceLinks: false,
          terminationGracePeriodSeconds: GRACE_SECONDS,
          nodeSelector: selector,
          containers: [container(design)],
          volumes: [
            { name: "models", persistentVolumeClaim: { claimName: claimOf(design), readOnly: true } },
            { name: "shm", emptyDir: { medium: "Memory", sizeLimit: `${design.shmGib}Gi` } },
          ],
        },
      },
    },
  };
}

export function claimOf({ name }: Pick<Design, "name">): string {
  return `${name}-models`;
}

function container(design: Design): Plain {
  const { version, cpus, memory, tensor } = design;
  return {
    name: "vllm",
    image: imageOf(version),
    args: argumentsOf(design),
    ports: [{ name: "http", containerPort: 8000 }],
    env: [{ name: "HF_HUB_OFFLINE", value: "1" }],
    resources: {
      requests: { cpu: String(cpus), memory: `${memory.request}Gi`, "nvidia.com/gpu": tensor },
      limits: { memory: `${memory.limit}Gi`, "nvidia.com/gpu": tensor },
    },
    ...probes(design),
    lifecycle: { preStop: { sleep: { seconds: PRE_STOP_SECONDS } } },
    volumeMounts: [
      { name: "models", mountPath: "/models", readOnly: true },
      { name: "shm", mountPath: "/dev/shm" },
    ],
  };
}

function argumentsOf({ model, version, length, sequences, tensor, half }: Design): readonly string[] {
  return [
    // Only `vllm serve` takes the model without its option.
    entryOf(version) === "serve" ? `/models/${model}` : `--model=/models/${model}`,
    `--served-model-name=${model}`,
    `--max-model-len=${length}`,
    `--max-num-seqs=${sequences}`,
    ...(tensor > 1 ? [`--tensor-parallel-size=${tensor}`] : []),
    ...(half ? ["--dtype=half"] : []),
    ...(hasFlag("--shutdown-timeout", version) ? [`--shutdown-timeout=${DRAIN_SECONDS}`] : []),
  ];
}

function hasFlag(flag: string, version: VllmVersion): boolean {
  const entry = matchFlag(flag, version)?.entry;
  return entry !== undefined && existsAt(entry, version);
}

/** Loading is the startup probe's; a busy server gets a minute before it is restarted. */
function probes({ startupFailures }: Design): Readonly<Record<string, Plain>> {
  // One object in three places would be written as an anchor and its aliases.
  const health = (): Plain => ({ path: "/health", port: "http" });
  return {
    startupProbe: { httpGet: health(), periodSeconds: PROBE_SECONDS, failureThreshold: startupFailures },
    livenessProbe: { httpGet: health(), periodSeconds: 10, timeoutSeconds: 10, failureThreshold: 6 },
    readinessProbe: { httpGet: health(), periodSeconds: 5, timeoutSeconds: 5 },
  };
}

export function service(design: Design): Plain {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { ...metadataOf(design), labels: labelsOf(design) },
    spec: { selector: labelsOf(design), ports: [{ name: "http", port: 80, targetPort: "http" }] },
  };
}

/** One replica at a time may be drained. */
export function disruptionBudget(design: Design): Plain {
  return {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: metadataOf(design),
    spec: { maxUnavailable: 1, selector: { matchLabels: labelsOf(design) } },
  };
}
