import type { Measure, Split } from "./measure";

export type Unit = "count" | "share" | "per-second" | "tokens-per-second" | "seconds" | "bytes";

export interface PanelLine {
  readonly id: string;
  readonly label: string;
  readonly measure: Measure;
  readonly split?: Split;
}

export interface Panel {
  readonly id: string;
  readonly title: string;
  readonly unit: Unit;
  /** What the number tells, for a hover and for screen readers. */
  readonly about: string;
  readonly lines: readonly PanelLine[];
  /** The line that its tile shows, and that is split when pods are shown one by one. */
  readonly main: string;
}

const latencies = (metric: string): readonly PanelLine[] =>
  [0.5, 0.95, 0.99].map((q) => ({
    id: `p${Math.round(q * 100)}`,
    label: `p${Math.round(q * 100)}`,
    measure: { kind: "quantile", metric, q },
  }));

/** Saturation first, then latency, then throughput: the order in which a person looks when something is wrong. */
export const PANELS: readonly Panel[] = [
  {
    id: "waiting",
    title: "Waiting requests",
    unit: "count",
    about: "Requests that no engine has room for. Anything above 0 for long means users wait.",
    lines: [
      {
        id: "waiting",
        label: "waiting",
        measure: { kind: "gauge", metric: "vllm:num_requests_waiting", across: "sum" },
      },
    ],
    main: "waiting",
  },
  {
    id: "running",
    title: "Running requests",
    unit: "count",
    about: "Requests in the batches of the engines. The line is max-num-seqs.",
    lines: [
      {
        id: "running",
        label: "running",
        measure: { kind: "gauge", metric: "vllm:num_requests_running", across: "sum" },
      },
    ],
    main: "running",
  },
  {
    id: "kv",
    title: "KV cache in use",
    unit: "share",
    about: "Of the fullest engine. At 100 % vLLM preempts requests and computes them again.",
    lines: [
      {
        id: "kv",
        label: "fullest engine",
        measure: { kind: "gauge", metric: "vllm:kv_cache_usage_perc", across: "max" },
      },
    ],
    main: "kv",
  },
  {
    id: "preemptions",
    title: "Preemptions",
    unit: "per-second",
    about: "Requests thrown out of the KV cache, to be computed again. Any is too many.",
    lines: [
      {
        id: "preemptions",
        label: "preemptions",
        measure: { kind: "rate", metric: "vllm:num_preemptions_total" },
      },
    ],
    main: "preemptions",
  },
  {
    id: "ttft",
    title: "Time to first token",
    unit: "seconds",
    about: "From arrival to the first token, queueing included.",
    lines: latencies("vllm:time_to_first_token_seconds"),
    main: "p95",
  },
  {
    id: "itl",
    title: "Inter-token latency",
    unit: "seconds",
    about: "Between one token and the next of the same request.",
    lines: latencies("vllm:inter_token_latency_seconds"),
    main: "p95",
  },
  {
    id: "tokens",
    title: "Throughput",
    unit: "tokens-per-second",
    about: "Tokens read from prompts and tokens generated.",
    lines: [
      {
        id: "generated",
        label: "generated",
        measure: { kind: "rate", metric: "vllm:generation_tokens_total" },
      },
      { id: "prompt", label: "prompt", measure: { kind: "rate", metric: "vllm:prompt_tokens_total" } },
    ],
    main: "generated",
  },
  {
    id: "prefix",
    title: "Prefix cache hits",
    unit: "share",
    about: "Prompt tokens found in the prefix cache, of those looked up.",
    lines: [
      {
        id: "hits",
        label: "hits",
        measure: { kind: "ratio", of: "vllm:prefix_cache_hits_total", to: "vllm:prefix_cache_queries_total" },
      },
    ],
    main: "hits",
  },
  {
    id: "finished",
    title: "Finished requests",
    unit: "per-second",
    about: "By reason: stop is the model's own end, length a limit, abort a client that left.",
    lines: [
      {
        id: "finished",
        label: "finished",
        measure: { kind: "rate", metric: "vllm:request_success_total" },
        split: "finished_reason",
      },
    ],
    main: "finished",
  },
];
