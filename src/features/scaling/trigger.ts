import { desiredByAverageValue, desiredByValue, mostReplicas, totalToGrow } from "../../autoscaling/desired";
import { policyOf, type Policy } from "../../autoscaling/policy";
import { isComposed } from "../../autoscaling/scaler";
import type { Scaler } from "../../kubernetes/model";
import { metricState, readMetricName } from "../../metrics/names";
import { prometheusTriggers, type PrometheusTrigger } from "../../metrics/triggers";
import { formatVersion, type VllmVersion } from "../../vllm/version";

/** What one trigger of a ScaledObject makes of its query's value. */
export interface TriggerReading {
  readonly trigger: PrometheusTrigger;
  readonly threshold: number;
  readonly policy: Policy;
  /** The formula with its numbers, `ceil(sum(waiting) / 10)`. */
  readonly formula: string;
  /** What the value counts, `waiting`; undefined when it is not one of vLLM's. */
  readonly unit: string | undefined;
  /** The most replicas it can ever ask for, without the object's maximum; undefined when nothing bounds it. */
  readonly most: number | undefined;
  /** Why it can never ask for a second replica, or asks for the wrong number. */
  readonly flaw: string | undefined;
}

/** The triggers whose arithmetic is known. Empty for a formula over all of them, whose own numbers do not count. */
export function readTriggers(scaler: Scaler, version: VllmVersion | undefined): readonly TriggerReading[] {
  const policy = policyOf(scaler);
  if ("problem" in policy || isComposed(scaler)) return [];
  return prometheusTriggers(scaler).flatMap((trigger) => {
    const { threshold, signal, text } = trigger;
    const known = threshold !== undefined && threshold > 0 && !text.templated && !trigger.query.uncertain;
    if (!known || trigger.shape.kind === "unknown" || signal.metricType === undefined) return [];
    return {
      trigger,
      threshold,
      policy,
      formula: formulaOf(trigger, threshold),
      unit: unitOf(trigger),
      most: mostOf(trigger, threshold),
      flaw: flawOf(trigger, threshold, version),
    };
  });
}

function formulaOf({ signal, shape }: PrometheusTrigger, threshold: number): string {
  const value = { total: "total", mean: "mean", ratio: "ratio", divided: "value", unknown: "value" }[
    shape.kind
  ];
  if (signal.metricType === "Value") return `ceil(ready replicas x ${value} / ${threshold})`;
  return `ceil(${value} / ${threshold})`;
}

/** What the metric counts, for a sentence. */
const UNITS: Readonly<Record<string, string>> = {
  "vllm:num_requests_waiting": "waiting",
  "vllm:num_requests_running": "running",
  "vllm:kv_cache_usage_perc": "full KV caches",
  "vllm:gpu_cache_usage_perc": "full KV caches",
};

function unitOf({ query }: PrometheusTrigger): string | undefined {
  const names = query.selectors.flatMap(({ name }) => (name?.startsWith("vllm:") ? [name] : []));
  const units = new Set(names.map((name) => UNITS[readMetricName(name)?.entry.name ?? ""]));
  if (units.size === 2 && units.has("waiting") && units.has("running")) return "in flight";
  return units.size === 1 ? [...units][0] : undefined;
}

function mostOf({ shape, signal }: PrometheusTrigger, threshold: number): number | undefined {
  const bounded = shape.kind === "mean" || shape.kind === "ratio" ? shape.upper : undefined;
  if (bounded === undefined || signal.metricType !== "AverageValue") return undefined;
  return mostReplicas(bounded, threshold);
}

function flawOf(
  trigger: PrometheusTrigger,
  threshold: number,
  version: VllmVersion | undefined,
): string | undefined {
  const { shape, signal } = trigger;
  const gone = version && goneName(trigger, version);
  if (gone !== undefined)
    return `never asks for a second replica: vLLM ${formatVersion(version ?? { major: 0, minor: 0, patch: 0 })} does not export \`${gone}\``;
  const most = mostOf(trigger, threshold);
  if (most === 1) return `never asks for a second replica: its value is at most ${upperOf(trigger)}`;
  if (signal.metricType === "Value" && shape.kind === "total")
    return "runs away: a total does not fall when replicas are added, and Value multiplies them by it";
  if (shape.kind === "divided" && shape.divisor === "replicas" && signal.metricType === "AverageValue")
    return `divides twice: 4 replicas become 5 at a total of ${totalToGrow(4, threshold, true)} instead of ${totalToGrow(4, threshold, false)}`;
  return undefined;
}

function upperOf({ shape }: PrometheusTrigger): number | undefined {
  return shape.kind === "mean" || shape.kind === "ratio" ? shape.upper : undefined;
}

function goneName({ query }: PrometheusTrigger, version: VllmVersion): string | undefined {
  return query.selectors.find(({ name }) => {
    const state = name === undefined ? "unknown" : metricState(name, version).state;
    return state === "removed" || state === "hidden";
  })?.name;
}

/** The line above a trigger: the formula, then where it leads. */
export function triggerTitle(reading: TriggerReading): string {
  const { formula, unit, most, flaw, trigger } = reading;
  const named = unit === undefined ? formula : formula.replace(/total|mean|ratio|value/, `$& of ${unit}`);
  if (flaw !== undefined) return `desired = ${named}: ${flaw.replaceAll("`", "")}`;
  if (most !== undefined) return `desired = ${named}: never more than ${most} replicas`;
  const isTotal = trigger.shape.kind === "total" || trigger.shape.kind === "divided";
  if (trigger.signal.metricType !== "AverageValue" || !isTotal) return `desired = ${named}`;
  return `desired = ${named}: ${stepsOf(reading)}`;
}

/** `2 replicas at 11 waiting, 8 from 71`; of shares, `2 replicas above 0.8`. */
function stepsOf({ threshold, policy, unit }: TriggerReading): string {
  const whole = unit === undefined || unit === "waiting" || unit === "running" || unit === "in flight";
  const from = (replicas: number): string => {
    const edge = Number(((replicas - 1) * threshold).toPrecision(6));
    return whole ? String(Math.floor(edge) + 1) : String(edge);
  };
  const { maximum } = policy;
  const word = whole ? "at" : "above";
  const first = `2 replicas ${word} ${from(2)}${unit === undefined ? "" : ` ${unit}`}`;
  return maximum > 2 ? `${first}, ${maximum} ${whole ? "from" : "above"} ${from(maximum)}` : first;
}

/** The card on a threshold: formula, table, bound, which trigger wins. */
export function triggerCard(reading: TriggerReading, all: readonly TriggerReading[]): string {
  const { formula, flaw, most, trigger, policy, threshold } = reading;
  const { minimum, maximum, tolerance } = policy;
  const lines = [
    `**Desired replicas** = \`${formula}\`, between ${minimum} and ${maximum}`,
    flaw && `**It ${flaw}.**`,
    flaw === undefined || most !== undefined ? table(reading) : undefined,
    most !== undefined &&
      `It can never ask for more than ${most}: its value is at most ${upperOf(trigger)}, and ${upperOf(trigger)} / ${threshold} rounds up to ${most}.`,
    `Within ${Math.round(tolerance.down * 100)} % below and ${Math.round(tolerance.up * 100)} % above its target the HPA keeps what it has.`,
    winner(all),
  ];
  return lines.filter((line) => line !== undefined && line !== false).join("\n\n");
}

/** Value to desired replicas, from one replica and from half of the most. */
function table({ trigger, threshold, policy }: TriggerReading): string | undefined {
  const { shape, signal } = trigger;
  const upper = upperOf(trigger);
  const from = [1, Math.max(2, Math.ceil(policy.maximum / 2)), policy.maximum];
  const factors =
    upper === undefined
      ? [0.5, 1.5, policy.maximum / 2, policy.maximum, policy.maximum * 1.5]
      : [0.25, 0.5, 0.85, 1];
  const values = factors.map((factor) =>
    Number((upper === undefined ? factor * threshold : factor * upper).toPrecision(3)),
  );
  if (shape.kind === "divided" || (signal.metricType === "Value" && shape.kind === "total")) return undefined;
  const desired = (value: number, n: number): number => {
    const wanted =
      signal.metricType === "Value"
        ? desiredByValue(value, threshold, n)
        : desiredByAverageValue(value, threshold, n);
    return Math.min(policy.maximum, Math.max(policy.minimum, wanted));
  };
  const columns = [...new Set(from.filter((n) => n <= policy.maximum))];
  return [
    `| value | ${columns.map((n) => `from ${n}`).join(" | ")} |`,
    `|--:|${columns.map(() => "--:|").join("")}`,
    ...values.map((value) => `| ${value} | ${columns.map((n) => desired(value, n)).join(" | ")} |`),
  ].join("\n");
}

function winner(all: readonly TriggerReading[]): string | undefined {
  if (all.length < 2) return undefined;
  const reaches = all.map(({ most, policy, flaw, trigger }, i) => {
    const name = `trigger ${i + 1}`;
    const never = flaw?.startsWith("never") === true;
    const reach = never ? 1 : Math.min(most ?? policy.maximum, policy.maximum);
    return `${name}${trigger.query.selectors[0]?.name === undefined ? "" : ` (\`${trigger.query.selectors[0].name}\`)`} up to ${reach}`;
  });
  return `The trigger that asks for the most wins: ${reaches.join(", ")}.`;
}
