import {
  limitWithBehavior,
  limitWithoutBehavior,
  NO_HISTORY,
  type Behavior,
  type Bounds,
  type History,
} from "./behavior";
import type { Outcome } from "./pod-metrics";

/** Seconds between two syncs: `--horizontal-pod-autoscaler-sync-period`. */
export const SYNC_PERIOD = 15;

/** What one sync decided. */
export interface Decision {
  readonly replicas: number;
  /** The metric that asked for most, by its position; undefined when none could be read or the bounds decided. */
  readonly winner: number | undefined;
  readonly reason: "metrics" | "bounds" | "disabled" | "error";
}

/**
 * The replicas that several metrics ask for together: the most of those that could be read. With one that could not be read it
 * never goes below the present ones. Undefined when nothing can be concluded. horizontal.go, computeReplicasForMetrics.
 */
export function combine(
  outcomes: readonly Outcome[],
  current: number,
): { readonly replicas: number; readonly winner: number } | undefined {
  let winner = -1;
  let replicas = 0;
  let failed = 0;
  outcomes.forEach((outcome, i) => {
    if ("error" in outcome) failed++;
    else if (winner === -1 || outcome.replicas > replicas) [winner, replicas] = [i, outcome.replicas];
  });
  if (winner === -1 || (failed > 0 && replicas < current)) return undefined;
  return { replicas, winner };
}

/** The HPA controller's reconciliation of one object, with its memory between syncs and no clock of its own. */
export class HpaController {
  private history: History = NO_HISTORY;

  constructor(
    private readonly bounds: Bounds,
    private readonly behavior: Behavior | undefined,
  ) {}

  /** One sync at `now` seconds. `current` are the replicas that the target's spec asks for. */
  sync(now: number, current: number, outcomes: readonly Outcome[]): Decision {
    const { minimum, maximum } = this.bounds;
    if (current === 0 && minimum !== 0) return { replicas: 0, winner: undefined, reason: "disabled" };
    if (current > maximum || current < minimum) {
      const replicas = current > maximum ? maximum : minimum;
      this.remember(now, current, replicas);
      return { replicas, winner: undefined, reason: "bounds" };
    }
    const wanted = combine(outcomes, current);
    if (!wanted) return { replicas: current, winner: undefined, reason: "error" };
    const replicas = this.limit(wanted.replicas, current, now);
    this.history = {
      ...this.history,
      recommendations: [
        ...this.history.recommendations.filter(({ at }) => at > now - this.longestWindow()),
        { at: now, replicas: wanted.replicas },
      ],
    };
    this.remember(now, current, replicas);
    return { replicas, winner: wanted.winner, reason: "metrics" };
  }

  private limit(wanted: number, current: number, now: number): number {
    const { bounds, behavior, history } = this;
    if (!behavior) return limitWithoutBehavior(wanted, current, bounds, history.recommendations, now);
    return limitWithBehavior(wanted, current, { bounds, behavior, history }, now);
  }

  private remember(now: number, current: number, replicas: number): void {
    if (!this.behavior || replicas === current) return;
    const event = { at: now, change: Math.abs(replicas - current) };
    const keep = (events: History["ups"]): History["ups"] =>
      events.filter(({ at }) => at > now - this.longestPeriod());
    const { ups, downs } = this.history;
    this.history =
      replicas > current
        ? { ...this.history, ups: [...keep(ups), event] }
        : { ...this.history, downs: [...keep(downs), event] };
  }

  private longestWindow(): number {
    return Math.max(300, this.behavior?.up.windowSeconds ?? 0, this.behavior?.down.windowSeconds ?? 0);
  }

  private longestPeriod(): number {
    const policies = [...(this.behavior?.up.policies ?? []), ...(this.behavior?.down.policies ?? [])];
    return Math.max(0, ...policies.map(({ periodSeconds }) => periodSeconds));
  }
}
