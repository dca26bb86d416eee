import { HpaController, SYNC_PERIOD, type Decision } from "../autoscaling/controller";
import { desiredByAverageValue, desiredByValue } from "../autoscaling/desired";
import { fallbackValue, Health, KedaSwitch, passOn, readAnswer, type Answer } from "../autoscaling/keda";
import { desiredByPods, type Outcome, type PodSample } from "../autoscaling/pod-metrics";
import type { Policy, ScaledMetric } from "../autoscaling/policy";
import { parseQuery } from "../metrics/promql";
import { answer, podValues, type World } from "./query";

/** What the autoscaler finds when it looks. */
export interface Sight extends World {
  /** CPU cores of each pod of the target, undefined for one without a sample. */
  readonly cores: readonly (number | undefined)[];
  /** CPU that a pod requests. */
  readonly requestedCores: number | undefined;
}

interface Metric {
  readonly of: ScaledMetric;
  readonly health: Health;
  /** Undefined when what it measures is not modelled. */
  readonly read: (sight: Sight) => Reading | undefined;
}

type Reading = { readonly answer: Answer } | { readonly pods: readonly PodSample[] };

/** The HPA's sync and KEDA's poll, each at its own pace, on what Prometheus last scraped. */
export class Autoscaler {
  private readonly hpa: HpaController;
  private readonly keda: KedaSwitch | undefined;
  private readonly metrics: readonly Metric[];
  private nextSync: number;
  private nextPoll: number;
  private readonly composedHealth: Health;
  /** How often each metric asked for the most. */
  readonly wins: number[];

  constructor(
    private readonly policy: Policy,
    offset: number,
  ) {
    this.hpa = new HpaController(policy, policy.behavior);
    this.keda = policy.keda && new KedaSwitch(policy.keda);
    this.nextSync = offset * SYNC_PERIOD;
    this.nextPoll = policy.keda ? offset * policy.keda.pollingSeconds : Infinity;
    this.metrics = policy.metrics.map((of) => ({
      of,
      health: new Health(policy.fallback),
      read: readerOf(of),
    }));
    this.composedHealth = new Health(policy.fallback);
    this.wins = policy.metrics.map(() => 0);
  }

  /** When it next looks. */
  get next(): number {
    return Math.min(this.nextSync, this.nextPoll);
  }

  /** The replicas wanted after what is due at `now`. */
  act(now: number, replicas: number, look: () => Sight): number {
    let wanted = replicas;
    const sight = look();
    if (now >= this.nextPoll && this.keda && this.policy.keda) {
      this.nextPoll += this.policy.keda.pollingSeconds;
      wanted = this.keda.poll(now, wanted, this.activity(sight), this.policy.fallback);
    }
    if (now >= this.nextSync) {
      this.nextSync += SYNC_PERIOD;
      const decision = this.hpa.sync(now, wanted, this.outcomes(sight));
      this.note(decision);
      wanted = decision.replicas;
    }
    return wanted;
  }

  private note({ winner, replicas }: Decision): void {
    if (winner !== undefined && replicas > this.policy.minimum)
      this.wins[winner] = (this.wins[winner] ?? 0) + 1;
  }

  /** The metrics that nothing is known of, by their position. */
  notModelled(sight: Sight): readonly number[] {
    return this.metrics.flatMap((metric, i) => (metric.read(sight) === undefined ? [i] : []));
  }

  private activity(sight: Sight): { active: boolean; failing: boolean } {
    const { composed } = this.policy;
    const values = this.metrics.map(({ of, read }) => {
      const reading = read(sight);
      return reading && "answer" in reading ? readAnswer(reading.answer, of.ignoreNullValues) : undefined;
    });
    const failing = values.some((value) => value !== undefined && "error" in value);
    if (composed) {
      const value = composed.formula.evaluate(this.named(sight));
      return { active: value !== undefined && value > composed.activation, failing };
    }
    const active = values.some((value, i) => {
      return value !== undefined && "value" in value && value.value > (this.metrics[i]?.of.activation ?? 0);
    });
    return { active, failing };
  }

  private named(sight: Sight): ReadonlyMap<string, number> {
    const values = new Map<string, number>();
    for (const { of, read } of this.metrics) {
      const reading = read(sight);
      if (of.name === undefined || !reading || !("answer" in reading)) continue;
      const value = readAnswer(reading.answer, of.ignoreNullValues);
      if ("value" in value) values.set(of.name, value.value);
    }
    return values;
  }

  private outcomes(sight: Sight): readonly Outcome[] {
    const { composed, tolerance } = this.policy;
    if (composed) {
      const value = composed.formula.evaluate(this.named(sight));
      const read = value === undefined ? { error: "the formula has no value" } : { value };
      return [
        passOn(
          read,
          this.composedHealth,
          () => this.standIn(composed, sight),
          (total) => desired(composed, total, sight, tolerance),
        ),
      ];
    }
    return this.metrics.map((metric) => this.outcome(metric, sight));
  }

  private outcome({ of, health, read }: Metric, sight: Sight): Outcome {
    const reading = read(sight);
    if (!reading) return { error: "not modelled" };
    const { tolerance } = this.policy;
    if ("pods" in reading) {
      const target = of.metricType === "Utilization" ? { utilization: of.target } : { perPod: of.target };
      return desiredByPods(reading.pods, target, sight.replicas, tolerance);
    }
    const target = {
      metricType: of.metricType === "Value" ? "Value" : "AverageValue",
      target: of.target,
    } as const;
    return passOn(
      readAnswer(reading.answer, of.ignoreNullValues),
      health,
      () => this.standIn(target, sight),
      (value) => desired(target, value, sight, tolerance),
    );
  }

  private standIn(target: Parameters<typeof fallbackValue>[1], sight: Sight): number {
    return this.policy.fallback
      ? fallbackValue(this.policy.fallback, target, sight.replicas, sight.ready)
      : 0;
  }
}

function desired(
  { metricType, target }: { readonly metricType: "AverageValue" | "Value"; readonly target: number },
  value: number,
  { replicas, ready }: Sight,
  tolerance: Policy["tolerance"],
): number {
  if (metricType === "Value") return desiredByValue(value, target, replicas, ready, tolerance);
  return desiredByAverageValue(value, target, replicas, tolerance);
}

/** How a metric is measured in the model. */
function readerOf(metric: ScaledMetric): Metric["read"] {
  const { query, type, metric: name } = metric.signal;
  if (query && !query.templated) {
    const { root, uncertain } = parseQuery(query.text);
    return (sight) => asReading(uncertain ? undefined : answer(root, sight));
  }
  if (type === "cpu" && metric.metricType === "Utilization")
    return ({ cores, requestedCores }) =>
      requestedCores === undefined
        ? undefined
        : { pods: cores.map((usage) => ({ usage, request: requestedCores })) };
  // What prometheus-adapter makes of a vLLM gauge, under whatever spelling it was allowed.
  const vllm = /^vllm[:_]\w+$/.test(name?.text ?? "") ? name?.text.replace(/^vllm_/, "vllm:") : undefined;
  if (vllm === undefined) return () => undefined;
  if (type === "pods") {
    return (sight) => {
      const values = podValues(vllm, sight);
      return values && { pods: values.map((usage) => ({ usage })) };
    };
  }
  const { root } = parseQuery(`sum(${vllm})`);
  return type === "external" || type === "object"
    ? (sight) => asReading(answer(root, sight))
    : () => undefined;
}

function asReading(found: Answer | undefined): Reading | undefined {
  return found === undefined ? undefined : { answer: found };
}
