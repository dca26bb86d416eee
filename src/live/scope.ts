import { literalPattern, quoted } from "./promapi";

/** Which series are meant, and how this Prometheus names things. */
export interface Scope {
  /** Matchers that every selector gets, such as `namespace="chat",pod=~"vllm-.+"`. */
  readonly matchers: string;
  /** The label that tells pods apart. */
  readonly podLabel: string;
  /** `vllm:`, or `vllm_` behind pipelines that know no colon. */
  readonly prefix: "vllm:" | "vllm_";
  /** Window of rates in seconds: at least four scrapes. */
  readonly windowSeconds: number;
}

export interface Workload {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

/** The names that a workload's controller gives to its pods, as a regular expression of RE2; Prometheus anchors it. */
export function podPattern({ kind, name }: Pick<Workload, "kind" | "name">): string {
  const literal = literalPattern(name);
  switch (kind) {
    case "StatefulSet":
      return `${literal}-[0-9]+`;
    case "LeaderWorkerSet":
      return `${literal}-[0-9]+(-[0-9]+)?`;
    case "Deployment":
      return `${literal}-[a-z0-9]+-[a-z0-9]{5}`;
    case "Pod":
      return literal;
    default:
      return `${literal}-.+`;
  }
}

/** The labels for namespace and pod, by the habit of the scrape configuration; the first pair that holds something counts. */
export const POD_LABELS = [
  ["namespace", "pod"],
  ["exported_namespace", "exported_pod"],
  ["kubernetes_namespace", "kubernetes_pod_name"],
  ["kubernetes_namespace", "kubernetes_pod"],
] as const;

/** One question that shows how this Prometheus labels vLLM's series, and how many there are. */
export const PROBE_QUERY =
  `count by (__name__, model_name, ${POD_LABELS.flat()
    .filter((label, i, all) => all.indexOf(label) === i)
    .join(", ")}) ` + `({__name__=~"vllm[:_]num_requests_running"})`;

export interface ProbedSeries {
  readonly labels: ReadonlyMap<string, string>;
}

export interface ScopeFound {
  readonly scope: Omit<Scope, "windowSeconds">;
  /** How the series were told apart from others': shown, for it decides what the numbers mean. */
  readonly by: "pod" | "model" | "everything";
  readonly series: number;
}

/** The scope by what Prometheus holds: the workload's pods, else its model, else everything that vLLM exports there. */
export function scopeFrom(
  probed: readonly ProbedSeries[],
  workload: Workload,
  model: string | undefined,
): ScopeFound {
  const pattern = new RegExp(`^(?:${podPattern(workload)})$`);
  const first = probed[0]?.labels.get("__name__");
  const prefix = first?.startsWith("vllm_") ? ("vllm_" as const) : ("vllm:" as const);
  for (const [namespaceLabel, podLabel] of POD_LABELS) {
    const own = probed.filter(
      ({ labels }) =>
        pattern.test(labels.get(podLabel) ?? "") &&
        (labels.get(namespaceLabel) ?? workload.namespace) === workload.namespace,
    );
    if (own.length === 0) continue;
    const withNamespace = own.some(({ labels }) => labels.has(namespaceLabel));
    const matchers = [
      ...(withNamespace ? [`${namespaceLabel}=${quoted(workload.namespace)}`] : []),
      `${podLabel}=~${quoted(podPattern(workload))}`,
    ].join(",");
    return { scope: { matchers, podLabel, prefix }, by: "pod", series: own.length };
  }
  const podLabel =
    POD_LABELS.find(([, label]) => probed.some(({ labels }) => labels.has(label)))?.[1] ?? "instance";
  const ofModel = probed.filter(({ labels }) => labels.get("model_name") === model);
  if (model !== undefined && ofModel.length > 0) {
    const matchers = `model_name=${quoted(model)}`;
    return { scope: { matchers, podLabel, prefix }, by: "model", series: ofModel.length };
  }
  return {
    scope: { matchers: "", podLabel, prefix },
    by: "everything",
    series: probed.length,
  };
}

const USUAL_INTERVALS = [1, 5, 10, 15, 30, 60, 120, 300];

/** The mean distance of samples in the last five minutes: a young server has few of them, so counting them is not enough. */
export function intervalQuery({ prefix, matchers }: Omit<Scope, "windowSeconds">): string {
  const series = `${prefix}num_requests_running${matchers === "" ? "" : `{${matchers}}`}`;
  const times = `timestamp(${series})[5m:1s]`;
  return `max((max_over_time(${times}) - min_over_time(${times})) / (count_over_time(${series}[5m]) - 1))`;
}

/** The window of rates: four scrapes, and a minute at least. */
export function rateWindow(intervalSeconds: number | undefined): number {
  if (intervalSeconds === undefined || !(intervalSeconds > 0) || intervalSeconds === Infinity) return 120;
  const usual = USUAL_INTERVALS.find((each) => each >= intervalSeconds * 0.9) ?? 300;
  return Math.max(60, usual * 4);
}
