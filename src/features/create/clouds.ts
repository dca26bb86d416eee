import { findGpu, type GpuEntry } from "../../data/gpus";
import { cloudOf } from "../what-if/gpu-choice";

export const CLOUD_NAMES = ["gke", "eks", "aks", "other"] as const;
export type Cloud = (typeof CLOUD_NAMES)[number];

/** More GPUs than a node commonly has are another design: several nodes. */
const NODE_GPUS = 8;

interface CloudFacts {
  /** How people call it. */
  readonly title: string;
  /** How its nodes are found, in words. */
  readonly nodes: string;
  /** By the form of its instances' names; undefined where none are known. */
  readonly instances: ReturnType<typeof cloudOf> | undefined;
  /** A storage class for a volume that many nodes read, and where it comes from; undefined for the cluster's default. */
  readonly storage: { readonly className: string; readonly origin: string } | undefined;
  /** The node label that asks for so many of a card, on a machine with at least so many CPUs; undefined where it rents none. */
  selector(entry: GpuEntry, gpus: number, cpus: number): Selector | undefined;
}

/** Labels of nodes. */
export type Selector = Readonly<Record<string, string>>;

export const CLOUDS: Readonly<Record<Cloud, CloudFacts>> = {
  gke: {
    title: "GKE",
    nodes: "node label gke-accelerator",
    instances: "gcp",
    // https://cloud.google.com/kubernetes-engine/docs/how-to/persistent-volumes/filestore-csi-driver
    storage: {
      className: "standard-rwx",
      origin: "GKE's own class of the Filestore CSI driver, an add-on of the cluster",
    },
    selector: ({ gke }) => label("cloud.google.com/gke-accelerator", gke?.[0]),
  },
  eks: {
    title: "EKS",
    nodes: "Karpenter's or Auto Mode's GPU name, else the instance type",
    instances: "aws",
    // https://github.com/kubernetes-sigs/aws-efs-csi-driver/tree/master/examples/kubernetes/dynamic_provisioning
    storage: {
      className: "efs-sc",
      origin: "the class of the EFS CSI driver's examples; name your own file system's",
    },
    selector: (entry, gpus, cpus) =>
      label("karpenter.k8s.aws/instance-gpu-name", ownName(entry)) ??
      label("node.kubernetes.io/instance-type", instanceFor("aws", entry, gpus, cpus)),
  },
  aks: {
    title: "AKS",
    nodes: "the instance type",
    instances: "azure",
    // https://learn.microsoft.com/azure/aks/azure-csi-files-storage-provision
    storage: { className: "azurefile-csi-premium", origin: "built into AKS" },
    selector: (entry, gpus, cpus) =>
      label("node.kubernetes.io/instance-type", instanceFor("azure", entry, gpus, cpus)),
  },
  other: {
    title: "a cloud",
    nodes: "NVIDIA's GPU operator and its product label",
    instances: undefined,
    storage: undefined,
    selector: ({ products }) => label("nvidia.com/gpu.product", products?.[0]),
  },
};

/** Cards of which a cloud offers so many in one machine. */
export function rents(cloud: Cloud, entry: GpuEntry, gpus: number): boolean {
  const { instances } = CLOUDS[cloud];
  const counts = Object.entries(entry.instances ?? {})
    .filter(([type]) => cloudOf(type) === instances)
    .map(([, count]) => count);
  const attached = cloud === "gke" && entry.gke ? ATTACHED : 0;
  return gpus <= (instances === undefined ? NODE_GPUS : Math.max(attached, ...counts));
}

/** On GKE older cards are attached to machines of any size: https://cloud.google.com/compute/docs/gpus#n1-gpus */
const ATTACHED = 4;

function label(key: string, value: string | undefined): Selector | undefined {
  return value === undefined ? undefined : { [key]: value };
}

/** Karpenter calls the A100 of 40 GB and that of 80 GB the same. */
function ownName(entry: GpuEntry): string | undefined {
  const name = entry.karpenter;
  return name !== undefined && findGpu(name)?.entry === entry && !SHARED_NAMES.has(name) ? name : undefined;
}

const SHARED_NAMES = new Set(["a100", "v100"]);

/** The smallest that has the GPUs and the CPUs. */
function instanceFor(
  cloud: ReturnType<typeof cloudOf>,
  entry: GpuEntry,
  gpus: number,
  cpus: number,
): string | undefined {
  return Object.entries(entry.instances ?? {})
    .filter(([type, count]) => cloudOf(type) === cloud && count >= gpus && (cpusOf(type) ?? Infinity) > cpus)
    .sort(([a, m], [b, n]) => m - n || (cpusOf(a) ?? 0) - (cpusOf(b) ?? 0))[0]?.[0];
}

/** Azure's names count the vCPUs: https://learn.microsoft.com/azure/virtual-machines/vm-naming-conventions */
function cpusOf(instance: string): number | undefined {
  const count = /^Standard_[A-Z]+(\d+)/.exec(instance)?.[1];
  return count === undefined ? undefined : Number(count);
}
