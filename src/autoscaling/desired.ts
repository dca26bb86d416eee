/** The HPA keeps the replicas it has while the ratio is within this of 1 (`--horizontal-pod-autoscaler-tolerance`). */
const DEFAULT_TOLERANCE = 0.1;

/** KEDA and the HPA count in thousandths and drop the rest. */
function milli(value: number): number {
  return Math.trunc(value * 1000 + Number.EPSILON * value * 1000);
}

function isWithin(ratio: number, tolerance: number): boolean {
  return 1 - tolerance <= ratio && ratio <= 1 + tolerance;
}

/**
 * What the HPA wants of an external metric with `AverageValue`, KEDA's default: it divides by the replicas itself, so the
 * value has to be a total. Kubernetes `pkg/controller/podautoscaler/replica_calculator.go`, GetExternalPerPodMetricReplicas.
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
 * ratio. GetExternalMetricReplicas in the same file.
 */
export function desiredByValue(
  value: number,
  target: number,
  replicas: number,
  ready = replicas,
  tolerance = DEFAULT_TOLERANCE,
): number {
  const ratio = milli(value) / milli(target);
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
