import type { Outcome } from "./pod-metrics";

/** What a query of Prometheus gives: one number, no series, several series, or no answer at all. */
export type Answer = number | "empty" | "several" | "unreachable";

/**
 * What KEDA's Prometheus scaler makes of an answer: nothing, NaN and infinity are 0 with `ignoreNullValues`, its default, and
 * an error without. Several series are always an error. pkg/scalers/prometheus_scaler.go, ExecutePromQuery.
 */
export function readAnswer(answer: Answer, ignoreNullValues: boolean): { value: number } | { error: string } {
  if (answer === "several") return { error: "the query returned multiple elements" };
  if (answer === "unreachable") return { error: "Prometheus did not answer" };
  const missing = answer === "empty" || !Number.isFinite(answer);
  if (!missing) return { value: answer };
  return ignoreNullValues ? { value: 0 } : { error: "the query returned no usable value" };
}

export interface Fallback {
  readonly failureThreshold: number;
  readonly replicas: number;
  readonly behavior: "static" | "currentReplicas" | "currentReplicasIfHigher" | "currentReplicasIfLower";
}

export interface FallbackTarget {
  readonly metricType: "AverageValue" | "Value";
  readonly target: number;
}

/**
 * The value that KEDA reports for a failing metric once the failures exceed the threshold: the one that makes the HPA want the
 * fallback's replicas. AverageValue: target x replicas; Value (KEDA 2.18 and later): target x replicas / ready.
 * pkg/fallback/fallback.go; the behaviors are of KEDA 2.17.
 */
export function fallbackValue(
  fallback: Fallback,
  { metricType, target }: FallbackTarget,
  current: number,
  ready: number,
): number {
  const replicas = fallbackReplicas(fallback, current);
  if (metricType === "AverageValue") return target * replicas;
  return ready > 0 ? (target * replicas) / ready : 0;
}

export function fallbackReplicas({ behavior, replicas }: Fallback, current: number): number {
  switch (behavior) {
    case "static":
      return replicas;
    case "currentReplicas":
      return current;
    case "currentReplicasIfHigher":
      return Math.max(current, replicas);
    case "currentReplicasIfLower":
      return Math.min(current, replicas);
  }
}

/** Counts a metric's failures in a row, as KEDA's status does. */
export class Health {
  private failures = 0;

  constructor(private readonly fallback: Fallback | undefined) {}

  /** True when the fallback takes the place of this error. */
  failed(): boolean {
    this.failures++;
    return this.fallback !== undefined && this.failures > this.fallback.failureThreshold;
  }

  answered(): void {
    this.failures = 0;
  }
}

export interface Switching {
  /** `minReplicaCount` as KEDA takes it: 0 when it is left out. */
  readonly minimum: number;
  readonly idle: number | undefined;
  readonly cooldownSeconds: number;
  readonly initialCooldownSeconds: number;
}

/** What KEDA's own loop does, once every `pollingInterval`. */
export interface Activity {
  readonly active: boolean;
  /** A trigger could not be read. */
  readonly failing: boolean;
}

/**
 * KEDA's own part: from zero (or the idle count) as soon as a trigger is active, back once none has been for the cooldown. Between
 * minimum and maximum it leaves the replicas to the HPA, so with a minimum of 1 or more and no idle count none of this is read.
 * pkg/scaling/executor/scale_scaledobjects.go, RequestScale.
 */
export class KedaSwitch {
  private lastActive: number | undefined;

  constructor(
    private readonly switching: Switching,
    private readonly created = 0,
  ) {}

  /** Replicas after one poll at `now` seconds; the present ones when there is nothing to do. */
  poll(now: number, current: number, { active, failing }: Activity, fallback?: Fallback): number {
    const { minimum, idle } = this.switching;
    if (active) {
      this.lastActive = now;
      const asleep = current === 0 || (idle !== undefined && current < minimum);
      return asleep ? Math.max(1, minimum) : current;
    }
    if (failing) return fallback && current === 0 ? fallbackReplicas(fallback, current) : current;
    const floor = idle ?? (minimum === 0 ? 0 : undefined);
    if (floor === undefined) return Math.max(current, minimum);
    return current > floor && this.isCool(now) ? floor : current;
  }

  private isCool(now: number): boolean {
    const { cooldownSeconds, initialCooldownSeconds } = this.switching;
    if (now - this.created < initialCooldownSeconds) return false;
    return this.lastActive === undefined || now - this.lastActive > cooldownSeconds;
  }
}

/** An outcome for the HPA of an answer that KEDA passes on, or of the error it could not hide. */
export function passOn(
  read: { value: number } | { error: string },
  health: Health,
  standIn: () => number,
  desired: (value: number) => number,
): Outcome {
  if ("value" in read) {
    health.answered();
    return { replicas: desired(read.value) };
  }
  return health.failed() ? { replicas: desired(standIn()) } : read;
}
