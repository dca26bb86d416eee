import type { KubeObject } from "../../kubernetes/model";
import { mentionsVllmMetric } from "../../metrics/names";
import { queriesOf } from "../../metrics/queries";
import { scalarAt, spotOf } from "../../yaml/node";
import { defineRule } from "../define";

/** What moves before preemptions do. */
const EARLIER =
  /vllm:(num_requests_waiting|request_queue_time|kv_cache_usage|gpu_cache_usage|time_to_first_token|e2e_request_latency)/;

export const preemptionOnly = defineRule({
  id: "alerting/preemption-only",
  severity: "info",
  fix: "none",
  subject: "object",
  summary: "Preemptions are the only sign of overload that an alert looks at.",
  why: `A preemption happens when a running request needs a block and the KV cache has none left: by then the cache has been full for a while. Load
that is bound by prefill, many or long prompts, queues up without a single preemption. Queue time, KV cache usage and time to the first
token move first; preemptions tell for certain, and late.`,
  sources: [
    "https://docs.vllm.ai/en/latest/configuration/optimization/#preemption",
    "https://github.com/vllm-project/vllm/blob/main/vllm/v1/core/sched/scheduler.py",
    "https://github.com/llm-d/llm-d-workload-variant-autoscaler/issues/662",
  ],
  check(object, report, { view }) {
    const first = preemptionAlert(object);
    if (!first || object.partial || object.doc.templated) return;
    const isSeen = view.select((all) =>
      all
        .queries()
        .some(({ text, place }) => (place === "alert" || place === "recording") && EARLIER.test(text.text)),
    );
    if (isSeen) return;
    report(spotOf(scalarAt(first.node, "alert") ?? first.text), {
      message:
        "No alert in view looks at queue, KV cache or time to first token, which move before preemptions do.",
      advice: "Add alerts on queue time and KV cache usage.",
    });
  },
});

function preemptionAlert(object: KubeObject) {
  return queriesOf(object).find(
    ({ text, place }) =>
      place === "alert" && mentionsVllmMetric(text.text) && /vllm:num_preemptions/.test(text.text),
  );
}
