import type { Range } from "../base/text";

/** What the manifests of a folder say of their running selves: enough to find them in a cluster and to compare. Plain data. */
export interface LiveManifest {
  readonly servers: readonly LiveServer[];
  readonly triggers: readonly LiveTrigger[];
  readonly alerts: readonly LiveAlert[];
  readonly monitors: readonly LiveMonitor[];
}

/** Where something stands: a file by the service's name for it. */
export interface Place {
  readonly path: string;
  readonly range: Range;
}

export interface LiveServer {
  /** The server's position in its file, as in lenses and sizes. */
  readonly index: number;
  readonly name: string;
  /** Where its sizing lens stands. */
  readonly at: Place;
  /** Where the object that runs it begins: live numbers are those of all its pods. */
  readonly workloadAt: Place;
  readonly workload: {
    readonly kind: string;
    readonly name: string | undefined;
    readonly namespace: string | undefined;
  };
  /** Labels of its pods; templated ones are left out. */
  readonly podLabels: Readonly<Record<string, string>>;
  /** Where `/metrics` answers. */
  readonly port: number;
  /** The value of the label `model_name`; undefined when not known. */
  readonly model: string | undefined;
  readonly replicas: number | undefined;
  /** `--max-num-seqs` in force. */
  readonly maxRunning: number | undefined;
  /** Tokens in one engine's KV cache by the plan, with its error band. */
  readonly kvTokens: Band | undefined;
  /** Bytes that one token takes on one GPU by the plan. */
  readonly kvBytesPerToken: number | undefined;
  readonly maxModelLen: number | undefined;
}

export interface Band {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface LiveTrigger {
  readonly scaler: string;
  readonly namespace: string | undefined;
  readonly at: Place;
  /** The `scaleTargetRef`. */
  readonly target: { readonly kind: string; readonly name: string; readonly at: Place } | undefined;
  /** The position in `servers` of the one it scales, when it is in view. */
  readonly server: number | undefined;
  /** `metricName`, or a made-up one. */
  readonly name: string;
  readonly query: string;
  readonly threshold: number | undefined;
  readonly activation: number | undefined;
  readonly metricType: "AverageValue" | "Value" | undefined;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** As written; it is only offered, never used unasked. */
  readonly serverAddress: string | undefined;
  /** vLLM metrics that the query reads. */
  readonly metrics: readonly string[];
  /** The one metric of which the query is a plain sum, mean, rate or quantile. */
  readonly plainMetric: string | undefined;
}

export interface LiveAlert {
  readonly name: string;
  readonly at: Place;
  /** The whole expression. */
  readonly query: string;
  /** The number that it compares with. */
  readonly limit: number;
  readonly metrics: readonly string[];
  readonly plainMetric: string | undefined;
}

/** A ServiceMonitor or PodMonitor. */
export interface LiveMonitor {
  readonly kind: "ServiceMonitor" | "PodMonitor";
  readonly name: string;
  readonly namespace: string | undefined;
  readonly at: Place;
  /** `matchLabels`; undefined when the selector is more than these, or templated. */
  readonly matchLabels: Readonly<Record<string, string>> | undefined;
  /** Names of namespaces; `any`, or undefined for the monitor's own. */
  readonly namespaces: readonly string[] | "any" | undefined;
}
