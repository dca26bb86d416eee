import type { KubeObject } from "../kubernetes/model";
import { selectsPod, serviceOf } from "../kubernetes/services";
import type { VllmServer } from "../vllm/model";
import { asMap, asSeq, textAt, type YamlNode } from "../yaml/node";
import type { View } from "./context";

/** The Services in view that send requests to the server's pods. */
export function servicesOf(server: VllmServer, view: View): readonly KubeObject[] {
  const { pod } = server;
  if (!pod) return [];
  return view.select((all) =>
    all.objects("Service").filter((object) => {
      const service = serviceOf(object);
      return service !== undefined && !object.partial && selectsPod(service, pod);
    }),
  );
}

const ROUTES = ["Ingress", "HTTPRoute"] as const;

/** A Service or route in view by which requests come in from outside of the cluster; undefined when there is none. */
export function entranceOf(server: VllmServer, view: View): KubeObject | undefined {
  const services = servicesOf(server, view);
  const open = services.find((object) => /^(LoadBalancer|NodePort)$/.test(serviceOf(object)?.type ?? ""));
  if (open) return open;
  const names = new Set(services.flatMap(({ name }) => name ?? []));
  if (names.size === 0) return undefined;
  return view.select((all) =>
    ROUTES.flatMap((kind) => all.objects(kind)).find(
      (route) => route.namespace === server.object.namespace && names.size > 0 && leadsTo(route.node, names),
    ),
  );
}

/** True when a backend of the route is one of the Services: `service.name` in an Ingress, `backendRefs[].name` in an HTTPRoute. */
function leadsTo(node: YamlNode, names: ReadonlySet<string>): boolean {
  const items = asSeq(node)?.items ?? asMap(node)?.entries.map(({ value }) => value) ?? [];
  const map = asMap(node);
  const service = textAt(map, "service", "name") ?? textAt(map, "serviceName");
  if (service !== undefined && names.has(service)) return true;
  const backends = asSeq(map?.get("backendRefs"))?.items ?? [];
  if (backends.some((backend) => names.has(textAt(backend, "name") ?? ""))) return true;
  return items.some((item) => item !== null && item.kind !== "scalar" && leadsTo(item, names));
}
