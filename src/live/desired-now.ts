import { desiredByAverageValue, desiredByValue } from "../autoscaling/desired";
import type { LiveTrigger } from "./manifest";

/** What a trigger's value asks for at this moment. */
export interface Asked {
  readonly value: number;
  readonly replicas: number;
  /** After minimum and maximum. */
  readonly wanted: number;
  readonly bound: "minimum" | "maximum" | undefined;
}

/**
 * The replicas that the HPA would compute from a trigger's value now, without its windows and policies. Undefined where it
 * would keep what it has: no value, no threshold, a composed metric.
 */
export function askedNow(
  trigger: LiveTrigger,
  value: number,
  replicas: number,
  ready = replicas,
): Asked | undefined {
  const { threshold, metricType, minReplicas, maxReplicas } = trigger;
  if (threshold === undefined || !(threshold > 0) || metricType === undefined || !Number.isFinite(value))
    return undefined;
  const wanted =
    replicas === 0
      ? fromZero(trigger, value)
      : metricType === "AverageValue"
        ? desiredByAverageValue(value, threshold, replicas)
        : desiredByValue(value, threshold, replicas, ready);
  const limited = Math.min(maxReplicas, Math.max(minReplicas, wanted));
  const bound =
    limited === wanted ? undefined : limited > wanted ? ("minimum" as const) : ("maximum" as const);
  return { value, replicas, wanted: limited, bound };
}

/** From none KEDA goes to one (or the minimum) as soon as the value is above `activationThreshold`, 0 by default. */
function fromZero({ activation, minReplicas }: LiveTrigger, value: number): number {
  return value > (activation ?? 0) ? Math.max(1, minReplicas) : 0;
}

/** Where a trigger's threshold lies on a chart of its query: with AverageValue it is meant per replica. */
export function thresholdOnChart(trigger: LiveTrigger, replicas: number | undefined): number | undefined {
  if (trigger.threshold === undefined) return undefined;
  if (trigger.metricType === "Value") return trigger.threshold;
  return replicas === undefined ? undefined : trigger.threshold * Math.max(1, replicas);
}
