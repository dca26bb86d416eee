/** How far a ratio may be from 1 before the HPA acts; `behavior.scaleUp.tolerance` and `scaleDown.tolerance` set it by direction. */
export interface Tolerance {
  readonly up: number;
  readonly down: number;
}

/** `--horizontal-pod-autoscaler-tolerance`. */
export const DEFAULT_TOLERANCE: Tolerance = { up: 0.1, down: 0.1 };

/** KEDA and the HPA count in thousandths and drop the rest. */
export function milli(value: number): number {
  return Math.trunc(value * 1000 + Number.EPSILON * value * 1000);
}

/** Both ends belong to the band: `tolerances.isWithin` in replica_calculator.go since Kubernetes 1.33. */
export function isWithin(ratio: number, tolerance: Tolerance): boolean {
  return 1 - tolerance.down <= ratio && ratio <= 1 + tolerance.up;
}

/**
 * What the HPA wants of an external metric with `AverageValue`, KEDA's default: it divides by the replicas itself, so the
 * value has to be a total. Kubernetes `pkg/controller/podautoscaler/replica_calculator.go`, GetExternalPerPodMetricReplicas
 * and GetObjectPerPodMetricReplicas. `replicas` are those of the target's status, ready or not.
 */
export function desiredByAverageValue(
  value: number,
  target: number,
  replicas: number,
  tolerance = DEFAULT_TOLERANCE,
): number {
  const [usage, perPod] = [milli(value), milli(target)];
  return isWithin(usage / (perPod * replicas), tolerance) ? replicas : Math.ceil(usage / perPod);
}

/**
 * What the HPA wants with `Value`: it multiplies the ready replicas by value over target, so the value has to be a mean or a
 * ratio. getUsageRatioReplicaCount in the same file; from 0 replicas neither the band nor the ready pods count.
 */
export function desiredByValue(
  value: number,
  target: number,
  replicas: number,
  ready = replicas,
  tolerance = DEFAULT_TOLERANCE,
): number {
  const ratio = milli(value) / milli(target);
  if (replicas === 0) return Math.ceil(ratio);
  return isWithin(ratio, tolerance) ? replicas : Math.ceil(ratio * ready);
}

/** The most replicas that `AverageValue` ever asks for when the value cannot exceed a bound. */
export function mostReplicas(bound: number, target: number): number {
  return Math.max(1, Math.ceil(milli(bound) / milli(target)));
}

/**
 * The smallest whole total at which the HPA adds a replica to `replicas`: with a plain total, or with one that the query has
 * already divided by the replicas.
 */
export function totalToGrow(replicas: number, target: number, alreadyDivided: boolean): number {
  const grows = (total: number): boolean =>
    desiredByAverageValue(alreadyDivided ? total / replicas : total, target, replicas) > replicas;
  // The answer lies just above the dead band; searching from below keeps the edge exact.
  let total = Math.max(1, Math.floor(target * replicas * (alreadyDivided ? replicas : 1)));
  while (!grows(total)) total++;
  return total;
}
