import { readsVllm } from "../../metrics/triggers";
import { mentionsVllmMetric } from "../../metrics/names";
import type { VllmServer } from "../../vllm/model";
import type { View } from "../context";
import { defineRule, type Fix } from "../define";
import { monitors, watches } from "../metrics/monitors";
import { nameForObjects, placeOfServer } from "../places";
import { servesRequests, writtenOut } from "../written-out";
import { vllmAlerts } from "./vllm-alerts";

export const noPreemptionAlert = defineRule({
  id: "alerting/no-preemption-alert",
  severity: "info",
  fix: "suggested",
  subject: "server",
  summary: "The server is monitored, and no alert looks at preemptions.",
  why: `When the KV cache is full, vLLM throws the newest running request out of the batch and computes it again later. The request does
not fail, it takes several times as long, and CPU, memory and restarts show nothing of it. \`vllm:num_preemptions_total\` counts it. It is
a sure sign and a late one: the queue, the KV cache and the time to the first token move earlier, so the fix adds an alert for each of the
four. All windows fit a 30 s scrape, and \`rate\` over one minute would not. Only manifests with a monitor, a PrometheusRule about vLLM
or an autoscaler that reads its metrics get this advice: elsewhere the alerts may well live in another place.`,
  sources: [
    "https://docs.vllm.ai/en/latest/configuration/optimization/#preemption",
    "https://github.com/vllm-project/vllm/blob/main/vllm/v1/core/sched/scheduler.py",
    "https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PrometheusRule",
  ],
  check(server, report, { view }) {
    // Once for all servers of a folder: one rule can watch them together.
    if (server !== view.select((all) => all.servers().find(isWatchable)) || !isMonitored(server, view))
      return;
    if (view.select((all) => all.queries().some(({ text }) => /num_preemptions/.test(text.text)))) return;
    report(placeOfServer(server), {
      message: `vLLM server \`${server.name}\` is monitored, but no alert in view looks at preemptions.`,
      advice:
        "Alert on `vllm:num_preemptions_total`, and before it on queue, KV cache and time to first token.",
      fixes: [alertFix(server, view)],
    });
  },
});

/** Only where the manifest is written out: a fix can add to it, and what is not in it is not there. */
function isWatchable(server: VllmServer): boolean {
  return writtenOut(server) !== undefined && servesRequests(server);
}

function isMonitored(server: VllmServer, view: View): boolean {
  const isAbout = ({ text, place }: { text: { text: string }; place: string }): boolean =>
    (place === "alert" || place === "recording") && mentionsVllmMetric(text.text);
  return (
    view.select((all) => all.queries().some(isAbout) || all.scalers().some(readsVllm)) ||
    monitors(view).some((monitor) => watches(monitor, server, view))
  );
}

function alertFix(server: VllmServer, view: View): Fix {
  return {
    title: "Add a PrometheusRule for preemptions, queue, KV cache and first token",
    apply(editor) {
      const { namespace } = server.object;
      const target = {
        name: nameForObjects(server),
        namespace,
        labels: ruleLabels(view),
        version: server.version.version,
      };
      editor.appendDocument(server.object.doc, vllmAlerts(target));
    },
  };
}

/** The label by which kube-prometheus-stack picks up rules, as the other objects in view carry it. */
function ruleLabels(view: View): Readonly<Record<string, string>> {
  const release = [...view.objects("PrometheusRule"), ...monitors(view)]
    .map(({ labels }) => labels.get("release"))
    .find(Boolean);
  return release === undefined ? {} : { release };
}
