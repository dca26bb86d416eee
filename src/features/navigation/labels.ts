import { asSeq, mapAt, mapsAt, scalarAt, type YamlMap } from "../../yaml/node";
import type { KubeObject, PodTemplate } from "../../kubernetes";
import { matchesSelector, matchesLabels } from "../../kubernetes/selectors";
import { serviceOf } from "../../kubernetes/services";
import { isName, wholeOf, type Occurrence } from "./occurrence";
import type { Surroundings } from "./pods";
import { leavesAt } from "./walk";

interface Selector {
  readonly object: KubeObject;
  /** The map of labels itself. */
  readonly labels: YamlMap;
  selects(pod: PodTemplate): boolean;
}

/** Label values of pods, with every selector that picks those pods. Pods that share a selector share its labels' fate. */
export function labelsIn(around: Surroundings): readonly Occurrence[] {
  const pods = around.objects.flatMap((object) =>
    around.podsOf(object).map((pod) => ({ object, pod, maps: labelMaps(object, pod) })),
  );
  const selectors = around.objects.flatMap(selectorsOf);
  return pods.flatMap(({ object, pod, maps }) => {
    const own = maps.flatMap((map) => entriesOf(map, object, "definition"));
    const used = selectors.filter(
      (selector) => selector.object.namespace === object.namespace && selector.selects(pod),
    );
    const near = ownKind(object, pod).flatMap((map) => entriesOf(map, object, "reference"));
    return [
      ...own,
      ...near,
      ...used.flatMap(({ labels, object: other }) => entriesOf(labels, other, "reference")),
    ];
  });
}

/** The template's labels, and the workload's own selector. */
function labelMaps({ node }: KubeObject, pod: PodTemplate): readonly YamlMap[] {
  const template = mapAt(node, "spec", "template");
  const isTemplate = template !== undefined && mapAt(template, "spec") === pod.spec;
  const labels = isTemplate
    ? mapAt(template, "metadata", "labels")
    : node.get("spec") === pod.spec
      ? mapAt(node, "metadata", "labels")
      : undefined;
  const selector = isTemplate ? mapAt(node, "spec", "selector", "matchLabels") : undefined;
  return [labels, selector].filter((map) => map !== undefined);
}

/** Labels of Services, which their monitors pick them by. */
export function serviceLabelsIn(around: Surroundings): readonly Occurrence[] {
  const services = around.objects.filter((object) => serviceOf(object) !== undefined);
  return services.flatMap((object) => {
    const own = mapAt(object.node, "metadata", "labels");
    const monitors = around.objects.filter(
      ({ kind, namespace }) => kind === "ServiceMonitor" && namespace === object.namespace,
    );
    const used = monitors.flatMap((monitor) => {
      const selector = mapAt(monitor.node, "spec", "selector");
      const labels = mapAt(selector, "matchLabels");
      if (!selector || !labels || matchesSelector(selector, object.labels) !== true) return [];
      return entriesOf(labels, monitor, "reference", "service label");
    });
    return used.length === 0 || !own
      ? []
      : [...entriesOf(own, object, "definition", "service label"), ...used];
  });
}

/** Affinity and spread rules by which a pod looks for its own kind. */
function ownKind(object: KubeObject, pod: PodTemplate): readonly YamlMap[] {
  const maps = leavesAt(object, "labelSelector", "matchLabels", "*").flatMap(({ parent }) =>
    parent.kind === "map" ? [parent] : [],
  );
  return [...new Set(maps)].filter((map) => matchesLabels(map, pod.labels) === true);
}

function selectorsOf(object: KubeObject): readonly Selector[] {
  const service = serviceOf(object);
  if (service?.selector) {
    const { selector } = service;
    return [{ object, labels: selector, selects: (pod) => matchesLabels(selector, pod.labels) === true }];
  }
  if (!["PodDisruptionBudget", "PodMonitor", "NetworkPolicy", "InferencePool"].includes(object.kind))
    return [];
  const selector = mapAt(object.node, "spec", object.kind === "NetworkPolicy" ? "podSelector" : "selector");
  const labels = mapAt(selector, "matchLabels");
  return selector && labels
    ? [{ object, labels, selects: (pod) => matchesSelector(selector, pod.labels) === true }]
    : [];
}

function entriesOf(
  map: YamlMap,
  object: KubeObject,
  role: Occurrence["role"],
  kind = "label",
): readonly Occurrence[] {
  return map.entries.flatMap(({ key, value }): Occurrence[] => {
    if (value?.kind !== "scalar" || key.templated || !isName(value)) return [];
    const entity = [kind, object.namespace ?? "", key.text, value.text].join("\n");
    return [{ entity, sort: "label", role, name: value.text, scalar: value, span: wholeOf(value), object }];
  });
}

/** An object that picks pods by an expression which names the value: what it means after a rename nobody can tell. */
export function expressionOn(
  key: string,
  value: string,
  objects: readonly KubeObject[],
): KubeObject | undefined {
  return objects.find(({ node }) =>
    [mapAt(node, "spec", "selector"), mapAt(node, "spec", "podSelector")].some((selector) =>
      mapsAt(selector, "matchExpressions").some((expression) => {
        if (scalarAt(expression, "key")?.text !== key) return false;
        return (asSeq(expression.get("values"))?.items ?? []).some(
          (item) => item.kind === "scalar" && item.text === value,
        );
      }),
    ),
  );
}
