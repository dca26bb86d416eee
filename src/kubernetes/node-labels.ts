import clouds from "../data/clouds.json";
import { asSeq, mapAt, mapsAt, type YamlMap, type YamlScalar } from "../yaml/node";
import { allEntries } from "./entries";
import { isPlaceholder, knownText } from "./known";
import type { GpuHint, PodTemplate } from "./model";

/** A label that every node must have for the pod to land on it. */
export interface NodeLabel {
  readonly key: string;
  readonly text: string;
  readonly node: YamlScalar;
  readonly from: "node-selector" | "node-affinity";
}

/** The labels that a pod's node surely has, by key: its node selector, and required affinity with a single value. */
export function requiredLabels(pod: PodTemplate): ReadonlyMap<string, NodeLabel> {
  const labels = new Map<string, NodeLabel>();
  // What the pod says itself comes last, and stands.
  for (const spec of [pod.base, pod.spec]) {
    for (const label of affinityLabels(spec)) labels.set(label.key, label);
    const selector = mapAt(spec, "nodeSelector");
    for (const { key, value } of selector ? allEntries(selector) : []) {
      if (value?.kind === "scalar") add(labels, key, value);
    }
  }
  return labels;
}

function add(labels: Map<string, NodeLabel>, key: YamlScalar, value: YamlScalar): void {
  if (key.templated || value.templated || isPlaceholder(value.text)) return;
  labels.set(key.text, { key: key.text, text: value.text, node: value, from: "node-selector" });
}

/** The terms are alternatives: only what all of them demand is sure. */
function affinityLabels(spec: YamlMap | undefined): readonly NodeLabel[] {
  const required = mapAt(spec, "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution");
  const terms = mapsAt(required, "nodeSelectorTerms");
  if (terms.length === 0 || required?.open) return [];
  const [first = [], ...others] = terms.map(termLabels);
  return first.filter((label) =>
    others.every((term) => term.some((other) => other.key === label.key && other.text === label.text)),
  );
}

function termLabels(term: YamlMap): readonly NodeLabel[] {
  return mapsAt(term, "matchExpressions").flatMap((expression): NodeLabel[] => {
    const key = knownText(expression, "key");
    const values = asSeq(expression.get("values"));
    if (key === undefined || knownText(expression, "operator") !== "In" || !values || values.open) return [];
    const texts = new Set(values.items.map((item) => knownText(item)));
    const [text] = texts;
    const node = values.items[0];
    if (texts.size !== 1 || text === undefined || node?.kind !== "scalar") return [];
    return [{ key, text, node, from: "node-affinity" }];
  });
}

/** GKE names a MIG profile beside the card. */
const GKE_SLICE = "cloud.google.com/gke-gpu-partition-size";

/** What the required labels say of the accelerator, the most telling label first. */
export function hintsFromLabels(labels: ReadonlyMap<string, NodeLabel>): readonly GpuHint[] {
  const slice = labels.get(GKE_SLICE);
  const hints = clouds.nodeLabels.flatMap(({ key, names }): GpuHint[] => {
    const label = labels.get(key);
    if (!label || /^(true|false|yes|no|present)$/i.test(label.text)) return [];
    const from = names === "instance-type" ? "instance-type" : label.from;
    // As the GPU operator writes it in its own product label.
    const text = slice && names === "product" ? `${label.text}-MIG-${slice.text}` : label.text;
    return [{ text, from, key, node: label.node }];
  });
  if (slice && hints.length === 0)
    hints.push({ text: `mig-${slice.text}`, from: slice.from, key: slice.key, node: slice.node });
  return hints;
}

/** True when a label says that the node hands out its cards several times over. */
export function isSharedByLabels(labels: ReadonlyMap<string, NodeLabel>): boolean {
  if (labels.get("nvidia.com/gpu.product")?.text.endsWith("-SHARED")) return true;
  return clouds.sharingLabels.some(({ key, values }) => values.includes(labels.get(key)?.text ?? ""));
}
