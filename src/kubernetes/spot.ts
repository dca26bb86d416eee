import clouds from "../data/clouds.json";
import type { PodTemplate } from "./model";
import { requiredLabels, type NodeLabel } from "./node-labels";

/** Nodes that a cloud takes back at will, as their labels tell. */
export interface SpotPool {
  /** The label that holds the pod there. */
  readonly label: NodeLabel;
  /** Undefined when the label is one of several clouds'. */
  readonly cloud: string | undefined;
  /** Seconds that a pod has from the notice to its end; undefined when the cloud is not known. */
  readonly noticeSeconds: number | undefined;
  /** The taint that the cloud puts on each of these nodes, keyed like the label. */
  readonly taint: { readonly value: string; readonly effect: string } | undefined;
}

interface SpotEntry {
  readonly key: string;
  readonly values: readonly string[];
  readonly cloud?: string;
  readonly noticeSeconds?: number;
  readonly taint?: { readonly value: string; readonly effect: string };
}

/** The Spot nodes that a pod may only run on; undefined when it may run elsewhere too. */
export function spotPoolOf(pod: PodTemplate): SpotPool | undefined {
  const labels = requiredLabels(pod);
  for (const { key, values, cloud, noticeSeconds, taint } of clouds.spot as readonly SpotEntry[]) {
    const label = labels.get(key);
    if (label && values.includes(label.text)) return { label, cloud, noticeSeconds, taint };
  }
  return undefined;
}
