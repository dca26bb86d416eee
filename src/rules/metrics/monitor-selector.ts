import { allEntries } from "../../kubernetes/entries";
import { knownText } from "../../kubernetes/known";
import type { KubeObject } from "../../kubernetes/model";
import { matchesLabels, matchesSelector } from "../../kubernetes/selectors";
import type { Service } from "../../kubernetes/services";
import { mapAt, spotOf, type YamlMap } from "../../yaml/node";
import type { View } from "../context";
import { defineRule, type Fix, type Report } from "../define";
import { looksInto, selectorOf, serversBehind, servicesIn } from "./monitors";

export const monitorSelector = defineRule({
  id: "metrics/monitor-selector",
  severity: "error",
  fix: "suggested",
  subject: "object",
  summary: "A ServiceMonitor does not select the Service in front of the vLLM server.",
  why: `A ServiceMonitor's selector is compared with the labels in the Service's own metadata. The Service's \`spec.selector\`, which picks the pods, plays
no part in it, so a Service without labels is never selected. And without \`namespaceSelector\` the monitor sees the Services of its own
namespace only. In both cases Prometheus has no target and nobody is told.`,
  sources: [
    "https://prometheus-operator.dev/docs/platform/troubleshooting/#troubleshooting-servicemonitor-changes",
    "https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.ServiceMonitorSpec",
    "https://github.com/prometheus-community/helm-charts/issues/1631",
  ],
  check(object, report, { view }) {
    const selector = selectorOf(object);
    if (
      object.kind !== "ServiceMonitor" ||
      object.group !== "monitoring.coreos.com" ||
      object.partial ||
      !selector
    )
      return;
    const services = servicesIn(view);
    const matched = services.filter((service) => matchesSelector(selector, service.object.labels) !== false);
    if (matched.length === 0) reportLabels(object, selector, services, report, view);
    else if (matched.every(({ object: service }) => looksInto(object, service.namespace) === false))
      reportNamespace(object, matched, report, view);
  },
});

/** Certain only where the labels asked for are those of the pods behind the Service. */
function reportLabels(
  monitor: KubeObject,
  selector: YamlMap,
  services: readonly Service[],
  report: Report,
  view: View,
): void {
  const wanted = mapAt(selector, "matchLabels");
  const meant = services.filter(
    (service) =>
      !service.object.partial &&
      looksInto(monitor, service.object.namespace) !== false &&
      serversBehind(service, view).some(({ pod }) => pod && matchesSelector(selector, pod.labels) === true),
  );
  const [service] = meant;
  const at = monitor.node.entry("spec")?.value;
  const key = at?.kind === "map" ? at.entry("selector")?.key : undefined;
  if (!service || !key || !wanted || selector.get("matchExpressions")) return;
  const labels = allEntries(wanted).map(({ key: label, value }) => `${label.text}=${knownText(value) ?? ""}`);
  report(spotOf(key), {
    message: `\`${labels.join(", ")}\` are labels of the pods; Service \`${service.object.name ?? ""}\` ${service.object.labels.size === 0 ? "has no labels" : "does not have them"}, so nothing is scraped.`,
    advice: "Give the Service these labels.",
    related: [{ at: spotOf(service.object.node), message: "The Service." }],
    fixes: [labelFix(service, wanted)],
  });
}

function labelFix(service: Service, wanted: YamlMap): Fix {
  const { node } = service.object;
  const missing = allEntries(wanted).flatMap(({ key, value }) => {
    const text = knownText(value);
    return text === undefined ? [] : [[key.text, text] as const];
  });
  return {
    title: "Add the labels to the Service",
    apply(editor) {
      const labels = mapAt(node, "metadata", "labels");
      if (!labels || labels.entries.length === 0)
        return editor.setPath(node, ["metadata", "labels"], Object.fromEntries(missing));
      for (const [key, value] of missing) editor.setEntry(labels, key, value);
    },
  };
}

/** Only of a Service with a vLLM server behind it. */
function reportNamespace(monitor: KubeObject, matched: readonly Service[], report: Report, view: View): void {
  const service = matched.find(
    (one) => serversBehind(one, view).length > 0 && matchesLabels(one.selector, new Map()) === false,
  );
  const spec = mapAt(monitor.node, "spec");
  const key = spec?.entry("namespaceSelector")?.key ?? spec?.entry("selector")?.key;
  const namespace = service?.object.namespace;
  if (!service || !spec || !key || namespace === undefined) return;
  const isWritten = spec.entry("namespaceSelector") !== undefined;
  report(spotOf(key), {
    message: `Service \`${service.object.name ?? ""}\` is in namespace \`${namespace}\`, and this looks ${isWritten ? "into others" : `into its own, \`${monitor.namespace ?? ""}\``}: nothing is scraped.`,
    advice: "Name the namespace in `namespaceSelector`.",
    related: [{ at: spotOf(service.object.node), message: "The Service." }],
    fixes: [
      {
        title: `Look into \`${namespace}\``,
        apply: (editor) => editor.setEntry(spec, "namespaceSelector", { matchNames: [namespace] }),
      },
    ],
  });
}
