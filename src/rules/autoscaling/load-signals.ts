import type { Scaler, ScalerSignal } from "../../kubernetes/model";
import { readMetricName } from "../../metrics/names";
import { prometheusTriggers, type PrometheusTrigger } from "../../metrics/triggers";

/** What a signal tells of a server's load; `other` when it is none of these or not known. */
export type LoadSignal = "queue" | "running" | "in-flight" | "kv" | "other";

/** One signal of a scaler with what it follows. */
export interface ReadSignal {
  readonly signal: ScalerSignal;
  readonly follows: LoadSignal;
  readonly trigger: PrometheusTrigger | undefined;
}

export function loadSignals(scaler: Scaler): readonly ReadSignal[] {
  const triggers = prometheusTriggers(scaler);
  return scaler.signals.map((signal) => {
    const trigger = triggers.find((read) => read.signal === signal);
    return { signal, trigger, follows: trigger ? ofQuery(trigger) : ofName(signal) };
  });
}

function ofQuery({ query, text }: PrometheusTrigger): LoadSignal {
  if (text.templated || query.uncertain || query.selectors.length === 0) return "other";
  const kinds = new Set(query.selectors.map(({ name }) => ofMetric(name)));
  if (kinds.size === 2 && kinds.has("queue") && kinds.has("running")) return "in-flight";
  return kinds.size === 1 ? ([...kinds][0] ?? "other") : "other";
}

/** Adapters write `_` for the colon. */
function ofName({ metric, type }: ScalerSignal): LoadSignal {
  if (!metric || metric.templated || type === "prometheus") return "other";
  const name = /(?:^|\|)vllm[:_]([a-z_]+)/.exec(metric.text)?.[1];
  return ofMetric(name === undefined ? undefined : `vllm:${name}`);
}

function ofMetric(name: string | undefined): LoadSignal {
  switch (name === undefined ? undefined : readMetricName(name)?.entry.name) {
    case "vllm:num_requests_waiting":
    case "vllm:num_requests_waiting_by_reason":
      return "queue";
    case "vllm:num_requests_running":
      return "running";
    case "vllm:kv_cache_usage_perc":
    case "vllm:gpu_cache_usage_perc":
      return "kv";
    case undefined:
    default:
      return "other";
  }
}
