import { knownText, type KubeObject, type PodTemplate } from "../../kubernetes";
import { matchesLabels, matchesSelector } from "../../kubernetes/selectors";
import { selectsPod, serviceOf } from "../../kubernetes/services";
import { asScalar, mapAt, mapsAt, type YamlNode, type YamlScalar } from "../../yaml/node";
import { isName, wholeOf, type Occurrence } from "./occurrence";

/** The objects in view as names inside of pods need them. */
export interface Surroundings {
  readonly objects: readonly KubeObject[];
  podsOf(object: KubeObject): readonly PodTemplate[];
}

/** Volumes by name: declared by the pod, or made by its StatefulSet, and mounted. */
export function volumesIn(pod: PodTemplate): readonly Occurrence[] {
  const entity = ["volume", keyOf(pod)].join("\n");
  const made =
    pod.object.kind === "StatefulSet" ? mapsAt(pod.object.node, "spec", "volumeClaimTemplates") : [];
  const declared = [
    ...mapsAt(pod.spec, "volumes").map((node) => node.get("name")),
    ...made.map((node) => mapAt(node, "metadata")?.get("name")),
  ];
  const mounted = [...pod.containers, ...pod.initContainers].flatMap(({ node }) =>
    mapsAt(node, "volumeMounts").map((mount) => mount.get("name")),
  );
  return [
    ...occurrences(declared, entity, "volume", "definition", pod.object),
    ...occurrences(mounted, entity, "volume", "reference", pod.object),
  ];
}

/** Names of container ports: in probes, in the Services and monitors of the pod. */
export function portsIn(pod: PodTemplate, around: Surroundings): readonly Occurrence[] {
  const entity = ["port", keyOf(pod)].join("\n");
  const own = [...pod.containers, ...pod.initContainers].flatMap(({ node }) => [
    ...occurrences(
      mapsAt(node, "ports").map((port) => port.get("name")),
      entity,
      "port",
      "definition",
      pod.object,
    ),
    ...occurrences(probePorts(node), entity, "port", "reference", pod.object),
  ]);
  const names = new Set(own.filter(({ role }) => role === "definition").map(({ name }) => name));
  const others = around.objects.flatMap((object) => {
    const service = serviceOf(object);
    const targets =
      service && selectsPod(service, pod)
        ? service.ports.map(({ node }) => node.get("targetPort"))
        : monitored(object, pod);
    return occurrences(targets, entity, "port", "reference", object);
  });
  return [...own, ...others].filter(({ name }) => names.has(name));
}

function probePorts(container: YamlNode): readonly (YamlNode | undefined)[] {
  return ["startupProbe", "livenessProbe", "readinessProbe"].flatMap((probe) =>
    ["httpGet", "tcpSocket", "grpc"].map((handler) => mapAt(container, probe, handler)?.get("port")),
  );
}

function monitored(object: KubeObject, pod: PodTemplate): readonly (YamlNode | undefined)[] {
  if (object.kind !== "PodMonitor" || object.namespace !== pod.object.namespace) return [];
  const selector = mapAt(object.node, "spec", "selector");
  if (!selector || matchesSelector(selector, pod.labels) !== true) return [];
  return mapsAt(object.node, "spec", "podMetricsEndpoints").map((endpoint) => endpoint.get("port"));
}

/** Names of a Service's ports: in its monitors and routes. */
export function servicePortsIn(object: KubeObject, around: Surroundings): readonly Occurrence[] {
  const service = serviceOf(object);
  if (!service) return [];
  const entity = ["service port", object.namespace ?? "", object.name ?? ""].join("\n");
  const own = occurrences(
    service.ports.map(({ node }) => node.get("name")),
    entity,
    "port",
    "definition",
    object,
  );
  const names = new Set(own.map(({ name }) => name));
  const others = around.objects.flatMap((other) => {
    if (other.kind !== "ServiceMonitor" || other.namespace !== object.namespace) return [];
    if (matchesLabels(mapAt(other.node, "spec", "selector", "matchLabels"), object.labels) !== true)
      return [];
    return occurrences(
      mapsAt(other.node, "spec", "endpoints").map((endpoint) => endpoint.get("port")),
      entity,
      "port",
      "reference",
      other,
    );
  });
  return [...own, ...others.filter(({ name }) => names.has(name))];
}

function occurrences(
  nodes: readonly (YamlNode | undefined)[],
  entity: string,
  sort: Occurrence["sort"],
  role: Occurrence["role"],
  object: KubeObject,
): readonly Occurrence[] {
  return nodes.flatMap((node): Occurrence[] => {
    const scalar: YamlScalar | undefined = asScalar(node);
    if (!scalar || !isName(scalar) || knownText(scalar) === undefined || /^\d+$/.test(scalar.text)) return [];
    return [
      {
        entity: `${entity}\n${scalar.text}`,
        sort,
        role,
        name: scalar.text,
        scalar,
        span: wholeOf(scalar),
        object,
      },
    ];
  });
}

/** Pods of one document are told apart by where they stand. */
function keyOf({ object, spec }: PodTemplate): string {
  return [object.namespace ?? "", object.kind, object.name ?? "", spec.span.start].join("/");
}
