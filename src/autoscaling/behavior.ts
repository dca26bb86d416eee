export interface ScalingPolicy {
  readonly type: "Pods" | "Percent";
  readonly value: number;
  readonly periodSeconds: number;
}

/** One direction of an HPA's `behavior`. */
export interface ScalingRules {
  readonly windowSeconds: number;
  readonly select: "Max" | "Min" | "Disabled";
  readonly policies: readonly ScalingPolicy[];
}

export interface Behavior {
  readonly up: ScalingRules;
  readonly down: ScalingRules;
}

/** `--horizontal-pod-autoscaler-downscale-stabilization`. */
export const DOWNSCALE_WINDOW = 300;

/** What the API server fills in once `behavior` is there at all. Kubernetes pkg/apis/autoscaling/v2/defaults.go. */
export const DEFAULT_BEHAVIOR: Behavior = {
  up: {
    windowSeconds: 0,
    select: "Max",
    policies: [
      { type: "Pods", value: 4, periodSeconds: 15 },
      { type: "Percent", value: 100, periodSeconds: 15 },
    ],
  },
  down: {
    windowSeconds: DOWNSCALE_WINDOW,
    select: "Max",
    policies: [{ type: "Percent", value: 100, periodSeconds: 15 }],
  },
};

/** A change that was made, in replicas added (up) or taken away (down); both positive. */
export interface ScaleEvent {
  readonly at: number;
  readonly change: number;
}

export interface Recommendation {
  readonly at: number;
  readonly replicas: number;
}

/** What the controller remembers between syncs. Times in seconds. */
export interface History {
  readonly recommendations: readonly Recommendation[];
  readonly ups: readonly ScaleEvent[];
  readonly downs: readonly ScaleEvent[];
}

export const NO_HISTORY: History = { recommendations: [], ups: [], downs: [] };

export interface Bounds {
  readonly minimum: number;
  readonly maximum: number;
}

/**
 * The recommendation after the stabilisation windows: upwards no more than the least of the up window, downwards no less than
 * the most of the down window, both counting the present one. horizontal.go, stabilizeRecommendationWithBehaviors.
 */
export function stabilize(
  desired: number,
  current: number,
  history: readonly Recommendation[],
  behavior: Behavior,
  now: number,
): number {
  const within = (window: number): readonly number[] => [
    desired,
    ...history.filter(({ at }) => at > now - window).map(({ replicas }) => replicas),
  ];
  const up = Math.min(...within(behavior.up.windowSeconds));
  const down = Math.max(...within(behavior.down.windowSeconds));
  const raised = Math.max(current, up);
  return Math.min(raised, down);
}

/** The most replicas that the policies allow now. horizontal.go, calculateScaleUpLimitWithScalingRules. */
export function upLimit(current: number, rules: ScalingRules, history: History, now: number): number {
  if (rules.select === "Disabled") return current;
  const proposals = rules.policies.map((policy) => {
    const start = periodStart(current, policy, history, now);
    return policy.type === "Pods" ? start + policy.value : Math.ceil(start * (1 + policy.value / 100));
  });
  const limit = rules.select === "Min" ? Math.min(...proposals) : Math.max(...proposals);
  // Events of the period may already exceed the policy; that takes nothing away.
  return Math.max(current, limit);
}

/** The fewest replicas that the policies allow now. horizontal.go, calculateScaleDownLimitWithBehaviors. */
export function downLimit(current: number, rules: ScalingRules, history: History, now: number): number {
  if (rules.select === "Disabled") return current;
  const proposals = rules.policies.map((policy) => {
    const start = periodStart(current, policy, history, now);
    return policy.type === "Pods" ? start - policy.value : Math.trunc(start * (1 - policy.value / 100));
  });
  const limit = rules.select === "Min" ? Math.max(...proposals) : Math.min(...proposals);
  return Math.min(current, limit);
}

/** Replicas at the start of a policy's rolling period. */
function periodStart(
  current: number,
  { periodSeconds }: ScalingPolicy,
  history: History,
  now: number,
): number {
  const changed = (events: readonly ScaleEvent[]): number =>
    events.filter(({ at }) => at > now - periodSeconds).reduce((sum, { change }) => sum + change, 0);
  return current - changed(history.ups) + changed(history.downs);
}

/** What a recommendation is limited by: the HPA's own bounds and behavior, and what it did before. */
export interface Limits {
  readonly bounds: Bounds;
  readonly behavior: Behavior;
  readonly history: History;
}

/** A recommendation brought within windows, policies and bounds. horizontal.go, normalizeDesiredReplicasWithBehaviors. */
export function limitWithBehavior(
  desired: number,
  current: number,
  { bounds, behavior, history }: Limits,
  now: number,
): number {
  const wanted = stabilize(desired, current, history.recommendations, behavior, now);
  if (wanted > current) return Math.min(wanted, bounds.maximum, upLimit(current, behavior.up, history, now));
  if (wanted < current)
    return Math.max(wanted, bounds.minimum, downLimit(current, behavior.down, history, now));
  return wanted;
}

/**
 * The same without a `behavior`: the most that was recommended within 300 s, at most double (from below 3: 4) in one sync.
 * horizontal.go, normalizeDesiredReplicas and calculateScaleUpLimit.
 */
export function limitWithoutBehavior(
  desired: number,
  current: number,
  bounds: Bounds,
  history: readonly Recommendation[],
  now: number,
): number {
  const recent = history.filter(({ at }) => at > now - DOWNSCALE_WINDOW).map(({ replicas }) => replicas);
  const wanted = Math.max(desired, ...recent);
  return Math.max(bounds.minimum, Math.min(wanted, bounds.maximum, Math.max(2 * current, 4)));
}
