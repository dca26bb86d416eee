import { isComposed } from "../../autoscaling/scaler";
import type { Scaler } from "../../kubernetes/model";
import { asSeq, spotOf } from "../../yaml/node";
import type { View } from "../context";
import { defineRule, type Fix } from "../define";
import { scaledServers } from "../scaled";
import { loadSignals } from "./load-signals";
import { loadTriggers } from "./scaled-object";
import { isComplete } from "./scope";

export const queueOnly = defineRule({
  id: "autoscaling/queue-only",
  severity: "warning",
  fix: "suggested",
  subject: "scaler",
  summary: "The queue, or the KV cache, is the only signal that scales a server.",
  why: `\`vllm:num_requests_waiting\` stays 0 until the batch is full or the KV cache is, and then it jumps, a whole cold start too late. Once
the replicas are enough it is 0 again, so the HPA takes them away as soon as its window allows and the queue returns. KV cache usage alone
misses load that is bound by prefill, where requests wait with a cache that is half empty. Requests in flight, running plus waiting, grow
with the load from the first request on and hold the size that is needed; queue and KV cache belong beside them.`,
  sources: [
    "https://cloud.google.com/kubernetes-engine/docs/best-practices/machine-learning/inference/autoscaling",
    "https://github.com/vllm-project/vllm/blob/main/vllm/v1/core/sched/scheduler.py",
    "https://github.com/llm-d/llm-d-workload-variant-autoscaler/issues/662",
  ],
  check(scaler, report, { view }) {
    if (isComposed(scaler) || !isComplete(scaler)) return;
    const signals = loadSignals(scaler);
    const [first] = signals;
    const follows = new Set(signals.map((signal) => signal.follows));
    const isQueue = follows.has("queue");
    if (!first || follows.size !== 1 || !(isQueue || follows.has("kv"))) return;
    const at = first.trigger?.text ?? first.signal.metric;
    if (!at) return;
    report(spotOf(at), {
      message: isQueue
        ? "The queue is the only signal: it is 0 until a replica is full, and 0 again as soon as there are enough."
        : "KV cache usage is the only signal: requests can queue with a cache that is half empty.",
      advice: "Add a trigger on requests in flight, running plus waiting.",
      fixes: inFlightFix(scaler, view),
    });
  },
});

/** With the limits of the server it scales, when that is in view. */
function inFlightFix(scaler: Scaler, view: View): readonly Fix[] {
  const list = asSeq(scaler.spec?.get("triggers"));
  const [server] = scaledServers(scaler, view);
  if (scaler.type !== "keda" || !list || list.open || !server) return [];
  return [
    {
      title: "Add a trigger on requests in flight",
      apply(editor) {
        const [inFlight] = loadTriggers(server, view);
        if (inFlight !== undefined) editor.addItem(list, inFlight);
      },
    },
  ];
}
