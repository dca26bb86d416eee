import type { KubeObject } from "../../kubernetes/model";
import { matchesLabels, matchesSelector } from "../../kubernetes/selectors";
import { selectsPod, serviceOf, type Service } from "../../kubernetes/services";
import { knownText, isTrue } from "../../kubernetes/known";
import type { VllmServer } from "../../vllm/model";
import { asSeq, mapAt, mapsAt, type YamlMap } from "../../yaml/node";
import type { View } from "../context";

export function monitors(view: View): readonly KubeObject[] {
  return [...view.objects("ServiceMonitor"), ...view.objects("PodMonitor")];
}

export function endpointsOf(monitor: KubeObject): readonly YamlMap[] {
  return mapsAt(monitor.node, "spec", monitor.kind === "PodMonitor" ? "podMetricsEndpoints" : "endpoints");
}

/** What a monitor selects by; undefined when it is not known or selects everything. */
export function selectorOf(monitor: KubeObject): YamlMap | undefined {
  const selector = mapAt(monitor.node, "spec", "selector");
  return selector && !selector.open && selector.entries.length > 0 ? selector : undefined;
}

/** True when a monitor looks into a namespace, false when it surely does not. Without a selector it looks into its own. */
export function looksInto(monitor: KubeObject, namespace: string | undefined): boolean | undefined {
  const selector = mapAt(monitor.node, "spec", "namespaceSelector");
  if (!selector || selector.entries.length === 0)
    return monitor.namespace === undefined || namespace === undefined
      ? undefined
      : monitor.namespace === namespace;
  if (isTrue(selector, "any")) return true;
  const names = asSeq(selector.get("matchNames"));
  if (!names || names.open || namespace === undefined) return undefined;
  const known = names.items.map((item) => knownText(item));
  return known.includes(namespace) ? true : known.includes(undefined) ? undefined : false;
}

export function servicesIn(view: View): readonly Service[] {
  return view.objects("Service").flatMap((object) => serviceOf(object) ?? []);
}

/** The servers whose pods a Service in view sends requests to. */
export function serversBehind(service: Service, view: View): readonly VllmServer[] {
  return view.servers().filter(({ pod }) => pod !== undefined && selectsPod(service, pod));
}

/** A PodMonitor selects pods; a ServiceMonitor selects Services, which select pods. */
export function watches(monitor: KubeObject, server: VllmServer, view: View): boolean {
  const selector = selectorOf(monitor);
  const { pod } = server;
  if (!selector || !pod) return false;
  if (monitor.kind === "PodMonitor") return matchesSelector(selector, pod.labels) === true;
  return servicesIn(view).some(
    (service) =>
      service.selector !== undefined &&
      service.selector.entries.length > 0 &&
      matchesLabels(service.selector, pod.labels) === true &&
      matchesSelector(selector, service.object.labels) === true,
  );
}
