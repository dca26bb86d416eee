import { DEFAULT_TOLERANCE, isWithin, type Tolerance } from "./desired";

/**
 * What the HPA knows of one pod. `usage` is undefined when no sample came (a missing pod); a CPU sample of a pod that is not ready yet,
 * or still in its initialisation period, is set aside (an ignored pod). Failed and deleted pods are left out by the caller.
 */
export interface PodSample {
  readonly usage: number | undefined;
  readonly ignored?: boolean;
  /** The container requests, for a utilisation target. */
  readonly request?: number;
}

/** The value, or why there is none. */
export type Outcome = { readonly replicas: number } | { readonly error: string };

/**
 * Replicas wanted for a metric that every pod reports: `target` in the metric's own unit, or a share of the requests (0.5 for
 * 50 %). A scale-up counts pods without a sample as 0, a scale-down as exactly on target, so that neither direction rests on
 * what nobody has measured. Kubernetes replica_calculator.go, GetResourceReplicas and calcPlainMetricReplicas.
 */
export function desiredByPods(
  pods: readonly PodSample[],
  target: { readonly perPod: number } | { readonly utilization: number },
  replicas: number,
  tolerance: Tolerance = DEFAULT_TOLERANCE,
): Outcome {
  if (pods.length === 0) return { error: "no pods returned by selector while calculating replica count" };
  const ignored = pods.filter((pod) => pod.ignored === true);
  const missing = pods.filter((pod) => pod.ignored !== true && pod.usage === undefined);
  const measured = pods.filter((pod) => pod.ignored !== true && pod.usage !== undefined);
  if (measured.length === 0) return { error: "did not receive metrics for any ready pods" };
  if ("utilization" in target && measured.some(({ request }) => !request))
    return { error: "missing request" };
  const ratio = ratioOf(measured, target);
  const rebalance = ignored.length > 0 && ratio > 1;
  if (!rebalance && missing.length === 0)
    return { replicas: isWithin(ratio, tolerance) ? replicas : Math.ceil(ratio * measured.length) };
  // Exactly on target of its requests, a resource metric is left as it was measured.
  if (ratio === 1 && "utilization" in target) return { replicas };
  const filled = [
    ...measured,
    ...missing.map((pod) => ({ ...pod, usage: ratio < 1 ? onTarget(pod, target) : 0 })),
    ...(rebalance ? ignored.map((pod) => ({ ...pod, usage: 0 })) : []),
  ];
  const again = ratioOf(filled, target);
  const wanted = Math.ceil(again * filled.length);
  const keeps = isWithin(again, tolerance) || turns(ratio, again) || turns(again, wanted / replicas);
  return { replicas: keeps ? replicas : wanted };
}

/** True when two ratios ask for opposite directions. */
function turns(before: number, after: number): boolean {
  return (before < 1 && after > 1) || (before > 1 && after < 1);
}

type Target = Parameters<typeof desiredByPods>[1];

function ratioOf(pods: readonly PodSample[], target: Target): number {
  const usage = pods.reduce((sum, pod) => sum + (pod.usage ?? 0), 0);
  if ("perPod" in target) return Math.trunc(usage / pods.length) / target.perPod;
  const requests = pods.reduce((sum, pod) => sum + (pod.request ?? 0), 0);
  // The controller keeps whole percents of the requests.
  return Math.trunc((usage / requests) * 100) / Math.round(target.utilization * 100);
}

/** A missing pod uses its whole request, or the target of a metric without requests. */
function onTarget(pod: PodSample, target: Target): number {
  return "perPod" in target ? target.perPod : (pod.request ?? 0);
}
