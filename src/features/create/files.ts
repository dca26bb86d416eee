import type { Plain } from "../../yaml/format";
import { generate, type GeneratedKind } from "../generate/generate";
import { CLOUDS, type Cloud } from "./clouds";
import { deployment, disruptionBudget, service, type Design } from "./deployment";
import { pathOf, yamlOf, type Draft } from "./draft";
import { claim, fillJob } from "./volume";

export interface NewFile {
  /** Its name inside the folder. */
  readonly path: string;
  readonly text: string;
}

/** The service that the Prometheus operator makes for every Prometheus, where kube-prometheus-stack commonly runs. */
export const PROMETHEUS = "http://prometheus-operated.monitoring.svc:9090";
/** The name under which that chart is commonly installed: its Prometheus looks only at objects with this label. */
export const RELEASE = "kube-prometheus-stack";

/** Objects that follow from the Deployment, as the `generate` command writes them. */
const GENERATED: readonly (readonly [GeneratedKind, name: string])[] = [
  ["scaled-object", "scaled-object.yaml"],
  ["prometheus-rule", "prometheus-rule.yaml"],
  ["pod-monitor", "pod-monitor.yaml"],
];

export interface Volume {
  readonly gib: number;
  readonly cloud: Cloud;
}

/** All files of a design whose draft has the replicas for the load. */
export function filesOf(
  design: Design,
  draft: Draft,
  volume: Volume,
  why: readonly string[],
): readonly NewFile[] {
  const { workspace, folder, file } = draft;
  workspace.set(pathOf("neighbours.yaml"), NEIGHBOURS);
  const scaled: Design = { ...design, replicas: undefined };
  const generated = GENERATED.map(([kind, path]): NewFile => {
    const made = generate(kind, { file, folder });
    if ("problem" in made) throw new Error(made.problem);
    return { path, text: made.yaml };
  });
  const all: readonly NewFile[] = [
    { path: "deployment.yaml", text: yamlOf(deployment(scaled), why) },
    { path: "service.yaml", text: yamlOf(service(scaled)) },
    { path: "model-volume.yaml", text: modelVolume(design, volume) },
    ...generated,
    { path: "pod-disruption-budget.yaml", text: yamlOf(disruptionBudget(scaled)) },
  ];
  return [...all, { path: "kustomization.yaml", text: kustomization(all) }];
}

function modelVolume(design: Design, { gib, cloud }: Volume): string {
  const storage = CLOUDS[cloud].storage;
  return yamlOf(
    [claim(design, gib, storage?.className), fillJob(design)],
    [
      storage
        ? `Storage class: ${storage.origin}.`
        : "Storage class: the cluster's default, which has to allow ReadWriteMany.",
      "The Job fills the volume once; a gated model needs the Secret hf-token with the key token.",
    ],
  );
}

/** The volume is applied before, and apart: a server that starts beside the download would read half of the weights. */
function kustomization(files: readonly NewFile[]): string {
  const resources = files.map(({ path }) => path).filter((path) => path !== "model-volume.yaml");
  return yamlOf({ apiVersion: "kustomize.config.k8s.io/v1beta1", kind: "Kustomization", resources }, [
    "First: kubectl apply -f model-volume.yaml, and wait for its Job.",
  ]);
}

/** What a cluster with kube-prometheus-stack has: the generators take the address and the label from there. */
const NEIGHBOURS = yamlOf([
  {
    apiVersion: "keda.sh/v1alpha1",
    kind: "ScaledObject",
    metadata: { name: "neighbour" },
    spec: {
      scaleTargetRef: { name: "neighbour" },
      triggers: [
        { type: "prometheus", metadata: { serverAddress: PROMETHEUS, query: "vector(1)", threshold: "1" } },
      ],
    },
  },
  {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PodMonitor",
    metadata: { name: "neighbour", labels: { release: RELEASE } },
    spec: {},
  },
] satisfies readonly Plain[]);
