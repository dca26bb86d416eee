import { own } from "../../base/own";
import type { KubeObject } from "../../kubernetes/model";
import { matchesSelector } from "../../kubernetes/selectors";
import { mentionsVllmMetric } from "../../metrics/names";
import { mapAt, scalarAt, spotOf } from "../../yaml/node";
import type { View } from "../context";
import { defineRule } from "../define";
import { monitors, watches } from "./monitors";

/** The fields of a Prometheus by which it picks up each kind. */
const SELECTORS: Readonly<Record<string, string>> = {
  ServiceMonitor: "serviceMonitorSelector",
  PodMonitor: "podMonitorSelector",
  PrometheusRule: "ruleSelector",
};

export const monitorReleaseLabel = defineRule({
  id: "metrics/monitor-release-label",
  severity: "hint",
  fix: "suggested",
  subject: "object",
  summary: "The Prometheus in view, or what is beside it, goes by a label that this monitor or rule lacks.",
  why: `A Prometheus of the operator reads only the monitors and rules that its selectors match. kube-prometheus-stack sets them to
\`release: <name of the Helm release>\` unless told otherwise, and an object without that label is simply not there. Said only where a
Prometheus is in view, or where the other monitors beside this one carry the label.`,
  sources: [
    "https://github.com/prometheus-community/helm-charts/blob/main/charts/kube-prometheus-stack/values.yaml",
    "https://github.com/prometheus-community/helm-charts/issues/1631",
    "https://prometheus-operator.dev/docs/platform/troubleshooting/",
  ],
  check(object, report, { view }) {
    const field = own(SELECTORS, object.kind);
    if (field === undefined || object.group !== "monitoring.coreos.com" || object.partial) return;
    if (object.labels.has("release") || !isOurs(object, view)) return;
    const release = releaseIn(field, object, view);
    const at = scalarAt(object.node, "metadata", "name");
    if (release === undefined || !at) return;
    report(spotOf(at), {
      message: `${object.kind} \`${object.name ?? ""}\` has no label \`release: ${release}\`, by which Prometheus picks up the others.`,
      advice: "Add the label.",
      fixes: [
        {
          title: `Add the label \`release: ${release}\``,
          apply: (editor) => editor.setPath(object.node, ["metadata", "labels", "release"], release),
        },
      ],
    });
  },
});

function isOurs(object: KubeObject, view: View): boolean {
  if (object.kind === "PrometheusRule")
    return view.select((all) =>
      all.queries().some((site) => site.object === object && mentionsVllmMetric(site.text.text)),
    );
  return view.servers().some((server) => watches(object, server, view));
}

/** Of the selector of the one Prometheus in view, else of all other monitors and rules in view. */
function releaseIn(field: string, object: KubeObject, view: View): string | undefined {
  const prometheus = view.objects("Prometheus");
  if (prometheus.length > 0) {
    const selector = prometheus.length === 1 ? mapAt(prometheus[0]?.node, "spec", field) : undefined;
    const label = scalarAt(selector, "matchLabels", "release");
    if (!selector || !label || label.templated || matchesSelector(selector, object.labels) !== false)
      return undefined;
    return label.text;
  }
  const others = [...monitors(view), ...view.objects("PrometheusRule")].filter((other) => other !== object);
  const labels = new Set(others.map(({ labels: own }) => own.get("release")));
  return labels.size === 1 ? [...labels][0] : undefined;
}
