import { kvCacheMetric } from "../../metrics/names";
import type { VllmVersion } from "../../vllm/version";
import { formatBlock, type Plain } from "../../yaml/format";

export interface AlertTarget {
  readonly name: string;
  readonly namespace: string | undefined;
  /** `release` and the like, by which a Prometheus selects its rules. */
  readonly labels: Readonly<Record<string, string>>;
  readonly version: VllmVersion;
}

/**
 * Four alerts for a vLLM server as a PrometheusRule. Every window holds at least ten samples of a 30 s scrape, and the labels that
 * say which server it is are kept. Annotations do without template expressions, so that the text is the same in a Helm chart.
 */
export function vllmAlerts({ name, namespace, labels, version }: AlertTarget): string {
  const rules = [
    alert(
      "VllmPreemptions",
      "sum by (namespace, pod, model_name) (increase(vllm:num_preemptions_total[5m])) > 15",
      "2m",
      "The KV cache is full and running requests are thrown out and computed again.",
    ),
    alert(
      "VllmQueueGrowing",
      "avg by (namespace, model_name) (avg_over_time(vllm:num_requests_waiting[5m])) > 10",
      "5m",
      "More than 10 requests per engine have been waiting for five minutes.",
    ),
    alert(
      "VllmKvCacheNearlyFull",
      `max by (namespace, pod, model_name) (avg_over_time(${kvCacheMetric(version)}[5m])) > 0.9`,
      "5m",
      "Over 90 % of the KV cache is in use; longer or more requests will queue or preempt.",
    ),
    alert(
      "VllmSlowFirstToken",
      "histogram_quantile(0.95, sum by (namespace, model_name, le) (rate(vllm:time_to_first_token_seconds_bucket[5m]))) > 5",
      "10m",
      "One request in twenty waits more than five seconds for its first token.",
    ),
  ];
  const hasLabels = Object.keys(labels).length > 0;
  const metadata: Plain = {
    name: `${name}-alerts`,
    ...(namespace !== undefined && { namespace }),
    ...(hasLabels && { labels }),
  };
  return formatBlock(
    "",
    {
      apiVersion: "monitoring.coreos.com/v1",
      kind: "PrometheusRule",
      metadata,
      spec: { groups: [{ name: "vllm", rules }] },
    },
    0,
  );
}

function alert(name: string, expr: string, wait: string, summary: string): Plain {
  return { alert: name, expr, for: wait, labels: { severity: "warning" }, annotations: { summary } };
}
