import type { Answer } from "../autoscaling/keda";
import type { Aggregate, Binary, Expression, Selector } from "../metrics/expression";
import { metricState } from "../metrics/names";
import type { VllmVersion } from "../vllm/version";
import { matches } from "./matchers";

/** One engine's counters and gauges as a scrape of its pod finds them. */
export interface Scrape {
  readonly at: number;
  readonly pod: string;
  readonly engine: number;
  readonly values: Readonly<Record<string, number | undefined>>;
}

/** What a query can see in the simulated Prometheus. */
export interface World {
  readonly version: VllmVersion;
  readonly namespace: string | undefined;
  readonly workload: string | undefined;
  readonly model: string | undefined;
  readonly now: number;
  /** The last scrapes of each engine of the pods that answer now, oldest first. */
  readonly scrapes: readonly (readonly Scrape[])[];
  readonly replicas: number;
  readonly ready: number;
}

/** Values by the labels that are left of pod and engine: `pod/engine`, `pod`, or "" when both were summed away. */
type Vector = ReadonlyMap<string, number>;
type Value = number | Vector;

class NotModelled extends Error {}

/** The answer of the simulated Prometheus; undefined when the query uses what is not modelled. */
export function answer(root: Expression, world: World): Answer | undefined {
  try {
    const value = evaluate(root, world);
    if (typeof value === "number") return value;
    if (value.size > 1) return "several";
    const [only] = value.values();
    return only ?? "empty";
  } catch (error) {
    if (error instanceof NotModelled) return undefined;
    throw error;
  }
}

function evaluate(expression: Expression, world: World): Value {
  switch (expression.kind) {
    case "number":
      return expression.value;
    case "selector":
      return latest(expression, world);
    case "aggregate":
      return aggregate(expression, world);
    case "binary":
      return binary(expression, world);
    case "call":
      return call(expression.name, expression.arguments, world);
    case "range":
    case "text":
    case "opaque":
      throw new NotModelled();
  }
}

/** Workload metrics of kube-state-metrics, one series each. */
const REPLICA_GAUGES: Readonly<Record<string, "replicas" | "ready">> = {
  status_replicas: "replicas",
  spec_replicas: "replicas",
  status_replicas_ready: "ready",
  status_replicas_available: "ready",
};

function latest(selector: Selector, world: World): Vector {
  const name = selector.name ?? "";
  const gauge = REPLICA_GAUGES[/^kube_(?:deployment|statefulset)_(\w+)$/.exec(name)?.[1] ?? ""];
  if (gauge !== undefined)
    return matches(selector, {
      namespace: world.namespace,
      deployment: world.workload,
      statefulset: world.workload,
    })
      ? new Map([["", world[gauge]]])
      : new Map();
  return perPod(selector, world, (scrapes) => scrapes.at(-1)?.values[key(name)]);
}

/** The name under which a scrape keeps a metric: without vLLM's prefix, so that old and new names meet. */
function key(name: string): string {
  return name === "up" ? "up" : (ALIASES[name] ?? name.replace(/^vllm:/, ""));
}

const ALIASES: Readonly<Record<string, string>> = { "vllm:gpu_cache_usage_perc": "kv_cache_usage_perc" };

function perPod(
  selector: Selector,
  world: World,
  read: (scrapes: readonly Scrape[]) => number | undefined,
): Vector {
  const name = selector.name ?? "";
  if (!isModelled(name)) throw new NotModelled();
  const { state } = metricState(name, world.version);
  const isGone = name !== "up" && (state === "removed" || state === "hidden" || state === "future");
  if (isGone || !matches(selector, { namespace: world.namespace, model_name: world.model })) return new Map();
  const found = new Map<string, number>();
  for (const scrapes of world.scrapes) {
    const value = read(scrapes);
    const last = scrapes.at(-1);
    if (value !== undefined && last) found.set(`${last.pod}/${last.engine}`, value);
  }
  return found;
}

/** What `scrape` of src/simulation/pod.ts writes. */
const MODELLED = new Set([
  "up", "num_requests_running", "num_requests_waiting", "kv_cache_usage_perc", "num_preemptions_total",
  "prompt_tokens_total", "generation_tokens_total", "request_success_total", "time_to_first_token_seconds_sum",
  "time_to_first_token_seconds_count", "e2e_request_latency_seconds_sum", "e2e_request_latency_seconds_count",
]); // prettier-ignore

function isModelled(name: string): boolean {
  return MODELLED.has(key(name));
}

function aggregate({ operator, of, grouping }: Aggregate, world: World): Vector {
  const inner = evaluate(of, world);
  if (typeof inner === "number") throw new NotModelled();
  const perGroup = new Map<string, number[]>();
  const keeps = (label: string): boolean =>
    grouping !== undefined && (grouping.type === "by") === grouping.labels.includes(label);
  const [pods, engines] = [keeps("pod") || keeps("instance"), keeps("engine")];
  for (const [labels, value] of inner) {
    const [pod = "", engine = ""] = labels.split("/");
    const group = [...(pods ? [pod] : []), ...(engines ? [engine] : [])].join("/");
    const list = perGroup.get(group);
    if (list) list.push(value);
    else perGroup.set(group, [value]);
  }
  return new Map([...perGroup].map(([group, values]) => [group, reduce(operator, values)]));
}

function reduce(operator: string, values: readonly number[]): number {
  const sum = values.reduce((a, b) => a + b, 0);
  switch (operator) {
    case "sum":
      return sum;
    case "avg":
      return sum / values.length;
    case "max":
      return Math.max(...values);
    case "min":
      return Math.min(...values);
    case "count":
      return values.length;
    default:
      throw new NotModelled();
  }
}

const ARITHMETIC: Readonly<Record<string, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": (a, b) => a % b,
  "^": (a, b) => a ** b,
};

const COMPARISON: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  ">": (a, b) => a > b,
  "<": (a, b) => a < b,
  ">=": (a, b) => a >= b,
  "<=": (a, b) => a <= b,
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
};

function binary({ operator, left, right, bool }: Binary, world: World): Value {
  const [a, b] = [evaluate(left, world), evaluate(right, world)];
  if (operator === "or") {
    if (typeof a === "number" || typeof b === "number") throw new NotModelled();
    return a.size > 0 ? a : b;
  }
  const arithmetic = ARITHMETIC[operator];
  if (arithmetic) return combine(a, b, arithmetic);
  const compare = COMPARISON[operator];
  if (!compare) throw new NotModelled();
  if (bool) return combine(a, b, (x, y) => Number(compare(x, y)));
  return combine(a, b, (x, y) => (compare(x, y) ? x : NaN), true);
}

function combine(a: Value, b: Value, run: (a: number, b: number) => number, drop = false): Value {
  if (typeof a === "number" && typeof b === "number") return run(a, b);
  const pairs: (readonly [string, number, number])[] = [];
  if (typeof a !== "number" && typeof b !== "number") {
    for (const [pod, value] of a) {
      const other = b.get(pod);
      if (other !== undefined) pairs.push([pod, value, other]);
    }
  } else if (typeof a !== "number") for (const [pod, value] of a) pairs.push([pod, value, b as number]);
  else for (const [pod, value] of b as Vector) pairs.push([pod, a, value]);
  const results = pairs.map(([pod, x, y]) => [pod, run(x, y)] as const);
  return new Map(drop ? results.filter(([, value]) => !Number.isNaN(value)) : results);
}

const MAPS: Readonly<Record<string, (value: number) => number>> = {
  ceil: Math.ceil,
  floor: Math.floor,
  round: Math.round,
  abs: Math.abs,
  sort: (value) => value,
  sort_desc: (value) => value,
};

function call(name: string, given: readonly Expression[], world: World): Value {
  const [first, second] = given;
  if (!first) throw new NotModelled();
  if (name === "vector") return new Map([["", numberOf(evaluate(first, world))]]);
  if (name === "scalar") return scalarOf(evaluate(first, world));
  if (first.kind === "range")
    return overTime(name, first.of, first.subquery ? undefined : first.window.seconds, world);
  const inner = evaluate(first, world);
  const map = Object.hasOwn(MAPS, name) ? MAPS[name] : undefined;
  if (map && typeof inner !== "number") return combine(inner, 0, map);
  if (name === "clamp_min" && second) return combine(inner, numberOf(evaluate(second, world)), Math.max);
  if (name === "clamp_max" && second) return combine(inner, numberOf(evaluate(second, world)), Math.min);
  throw new NotModelled();
}

function numberOf(value: Value): number {
  if (typeof value !== "number") throw new NotModelled();
  return value;
}

function scalarOf(value: Value): number {
  if (typeof value === "number") return value;
  const [only] = value.values();
  return value.size === 1 && only !== undefined ? only : NaN;
}

/** Functions of a window of samples. `rate` without the extrapolation to its edges: over whole scrapes it is the same. */
function overTime(name: string, of: Expression, seconds: number | undefined, world: World): Vector {
  if (of.kind !== "selector" || seconds === undefined) throw new NotModelled();
  const metric = key(of.name ?? "");
  return perPod(of, world, (scrapes) => {
    const within = scrapes.filter(({ at }) => at > world.now - seconds);
    const values = within.map(({ values: each }) => each[metric] ?? 0);
    if (values.length === 0) return undefined;
    if (name === "max_over_time") return Math.max(...values);
    if (name === "min_over_time") return Math.min(...values);
    if (name === "avg_over_time") return values.reduce((a, b) => a + b, 0) / values.length;
    if (name === "last_over_time") return values.at(-1);
    if (name !== "rate" && name !== "increase") throw new NotModelled();
    const [oldest, newest] = [within[0], within.at(-1)];
    if (!oldest || !newest || within.length < 2) return undefined;
    const rate = ((values.at(-1) ?? 0) - (values[0] ?? 0)) / (newest.at - oldest.at);
    return name === "rate" ? rate : rate * seconds;
  });
}

/** A metric of each pod of the target, for an HPA's Pods metric; pods that are not scraped yet have none. Undefined when not modelled. */
export function podValues(name: string, world: World): readonly (number | undefined)[] | undefined {
  if (!isModelled(name)) return undefined;
  const perPodValue = new Map<string, number>();
  for (const scrapes of world.scrapes) {
    const last = scrapes.at(-1);
    const value = last?.values[key(name)];
    if (last && value !== undefined) perPodValue.set(last.pod, (perPodValue.get(last.pod) ?? 0) + value);
  }
  const measured = [...perPodValue.values()];
  return [...measured, ...Array<undefined>(Math.max(0, world.replicas - measured.length)).fill(undefined)];
}
