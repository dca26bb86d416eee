import { own } from "../../base/own";
import clouds from "../../data/clouds.json";
import { gpuEntries, type GpuEntry } from "../../data/gpus";

export interface NodeLabelInfo {
  readonly key: string;
  /** Who sets it. */
  readonly cloud: string;
}

const CLOUDS: readonly (readonly [RegExp, string])[] = [
  [/^nvidia\.com/, "NVIDIA GPU operator"],
  [/amd\.com/, "AMD GPU operator"],
  [/^cloud\.google\.com/, "GKE"],
  [/^karpenter\.k8s\.aws|^eks\.|^k8s\.amazonaws/, "EKS"],
  [/azure/, "AKS"],
  [/^habana/, "Intel Gaudi"],
  [/^gpu\.nvidia\.com/, "CoreWeave"],
  [/kubernetes\.io/, "any cloud"],
];

/** Keys that only one team uses are of no help to another. */
const OWN_KEYS = new Set(["accelerator", "gpu-type", "gpu"]);

/** Labels of nodes that say which accelerator they have, or how they are paid. */
export function nodeLabels(): readonly NodeLabelInfo[] {
  const keys = [...clouds.nodeLabels.map(({ key }) => key), ...Object.keys(PRICES)];
  return keys
    .filter((key) => !OWN_KEYS.has(key))
    .map((key) => ({ key, cloud: CLOUDS.find(([pattern]) => pattern.test(key))?.[1] ?? "" }));
}

export function findLabel(key: string): NodeLabelInfo | undefined {
  return nodeLabels().find((label) => label.key === key);
}

/** How each cloud marks nodes that it may take back. */
const PRICES: Readonly<Record<string, readonly string[]>> = {
  "karpenter.sh/capacity-type": ["on-demand", "spot", "reserved"],
  "eks.amazonaws.com/capacityType": ["ON_DEMAND", "SPOT"],
  "cloud.google.com/gke-spot": ["true"],
  "kubernetes.azure.com/scalesetpriority": ["spot"],
};

export interface LabelValue {
  readonly label: string;
  readonly detail: string;
}

/** Values that a label of nodes takes, with the accelerator each means. */
export function labelValues(key: string): readonly LabelValue[] {
  const prices = own(PRICES, key);
  if (prices) return prices.map((label) => ({ label, detail: "" }));
  const read = reader(key);
  return gpuEntries().flatMap((entry) =>
    read(entry).map((label) => ({ label, detail: `${entry.name}, ${entry.marketingGb} GB` })),
  );
}

function reader(key: string): (entry: GpuEntry) => readonly string[] {
  switch (key) {
    case "nvidia.com/gpu.product":
      return ({ vendor, products }) => (vendor === "NVIDIA" ? (products ?? []) : []);
    case "amd.com/gpu.product-name":
    case "beta.amd.com/gpu.product-name":
      return ({ vendor, products }) => (vendor === "AMD" ? (products ?? []) : []);
    case "cloud.google.com/gke-accelerator":
      return ({ vendor, gke }) => (vendor === "NVIDIA" ? (gke ?? []) : []);
    case "cloud.google.com/gke-tpu-accelerator":
      return ({ vendor, gke }) => (vendor === "Google" ? (gke ?? []) : []);
    case "karpenter.k8s.aws/instance-gpu-name":
    case "eks.amazonaws.com/instance-gpu-name":
      return ({ karpenter }) => (karpenter === undefined ? [] : [karpenter]);
    case "node.kubernetes.io/instance-type":
    case "beta.kubernetes.io/instance-type":
      return ({ instances }) => Object.keys(instances ?? {});
    case "karpenter.azure.com/sku-name":
      return ({ instances }) => Object.keys(instances ?? {}).filter((type) => type.startsWith("Standard_"));
    default:
      return () => [];
  }
}
