import { mapAt, mapsAt, scalarAt, type YamlMap } from "../yaml/node";
import { knownText } from "./known";
import type { KubeObject, PodTemplate } from "./model";
import { portOf, type ProbePort } from "./probes";
import { matchesLabels } from "./selectors";

export interface Service {
  readonly object: KubeObject;
  /** `ClusterIP` when not said; undefined when unknown. */
  readonly type: string | undefined;
  /** `clusterIP: None`: no virtual address, and no environment variables in the pods. */
  readonly headless: boolean;
  readonly selector: YamlMap | undefined;
  readonly ports: readonly ServicePort[];
}

export interface ServicePort {
  readonly node: YamlMap;
  readonly name: string | undefined;
  readonly port: ProbePort;
  /** Where the pod listens: `targetPort`, or the same as `port`. */
  readonly target: ProbePort;
}

const known = new WeakMap<KubeObject, Service>();

/** Reads a Service of the core group; undefined for every other object, Knative's Services among them. */
export function serviceOf(object: KubeObject): Service | undefined {
  if (object.group !== "" || object.kind !== "Service") return undefined;
  let service = known.get(object);
  if (!service) {
    service = readService(object);
    known.set(object, service);
  }
  return service;
}

function readService(object: KubeObject): Service {
  const spec = mapAt(object.node, "spec");
  return {
    object,
    type: spec?.get("type") ? knownText(spec, "type") : spec?.open ? undefined : "ClusterIP",
    headless: knownText(spec, "clusterIP") === "None",
    selector: mapAt(spec, "selector"),
    ports: mapsAt(spec, "ports").map((node) => {
      const port = portOf(scalarAt(node, "port"));
      return {
        node,
        name: knownText(node, "name"),
        port,
        target: node.get("targetPort") ? portOf(node.get("targetPort")) : port,
      };
    }),
  };
}

/** True when the Service surely sends traffic to the pods of the template. Namespaces must be the same, or both unset. */
export function selectsPod(service: Service, pod: PodTemplate): boolean {
  const { selector } = service;
  // A Service without a selector has its addresses set by something else.
  if (!selector || selector.entries.length === 0) return false;
  if (service.object.namespace !== pod.object.namespace) return false;
  return matchesLabels(selector, pod.labels) === true;
}
