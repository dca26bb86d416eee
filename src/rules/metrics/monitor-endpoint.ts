import { itemsOf, isFieldOpen, portNumber } from "../../kubernetes/containers";
import { knownText } from "../../kubernetes/known";
import type { KubeObject } from "../../kubernetes/model";
import { matchesSelector } from "../../kubernetes/selectors";
import type { Service, ServicePort } from "../../kubernetes/services";
import type { VllmServer } from "../../vllm/model";
import { scalarAt, spotOf, type YamlMap, type YamlScalar } from "../../yaml/node";
import type { View } from "../context";
import { defineRule, type Fix, type Report } from "../define";
import { serverPort } from "../startup/health";
import { endpointsOf, looksInto, selectorOf, serversBehind, servicesIn } from "./monitors";

export const monitorEndpoint = defineRule({
  id: "metrics/monitor-endpoint",
  severity: "error",
  fix: "suggested",
  subject: "object",
  summary: "A monitor asks a port that does not exist, or a path or scheme that vLLM does not serve.",
  why: `\`port\` of a ServiceMonitor is the name of the Service's port, not its number and not the container's; that of a PodMonitor is the name of
a container port. When there is none of that name the operator makes a scrape job without targets and says nothing. vLLM serves its metrics
at \`/metrics\` on the API port, over HTTPS once it has a certificate.`,
  sources: [
    "https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.Endpoint",
    "https://prometheus-operator.dev/docs/platform/troubleshooting/",
    "https://github.com/substratusai/kubeai/issues/391",
  ],
  check(object, report, { view }) {
    const isPod = object.kind === "PodMonitor";
    if ((!isPod && object.kind !== "ServiceMonitor") || object.group !== "monitoring.coreos.com") return;
    if (!selectorOf(object) || object.partial) return;
    const candidates = isPod ? podPorts(object, view) : servicePorts(object, view);
    if (!candidates) return;
    for (const endpoint of endpointsOf(object)) checkEndpoint(endpoint, candidates, isPod, report);
  },
});

/** A port that the monitor could ask, with the server behind it. */
interface Port {
  readonly name: string | undefined;
  readonly number: number | undefined;
  readonly server: VllmServer | undefined;
  /** Where a name can be given to one that has none. */
  readonly unnamed: ServicePort | undefined;
}

interface Ports {
  readonly list: readonly Port[];
  readonly owner: string;
}

/** Of the Services selected, all of which stand before a vLLM server; undefined as soon as something is not known. */
function servicePorts(monitor: KubeObject, view: View): Ports | undefined {
  const selected = servicesIn(view).filter((service) => isSelected(monitor, service.object));
  if (selected.length === 0) return undefined;
  const all = selected.map((service) => portsOf(service, view));
  if (all.includes(undefined)) return undefined;
  return {
    list: all.flatMap((ports) => ports ?? []),
    owner: `Service \`${selected[0]?.object.name ?? ""}\``,
  };
}

function isSelected(monitor: KubeObject, object: KubeObject): boolean {
  const selector = selectorOf(monitor);
  const inReach = looksInto(monitor, object.namespace) ?? monitor.namespace === object.namespace;
  return selector !== undefined && inReach && matchesSelector(selector, object.labels) === true;
}

/** The container port that a Service's port leads to in a server's pod. */
function numberAt({ target }: ServicePort, { container }: VllmServer): number | undefined {
  if (target.kind === "number") return target.number;
  return target.kind === "name" && container ? portNumber(container, target.name) : undefined;
}

function portsOf(service: Service, view: View): readonly Port[] | undefined {
  const servers = serversBehind(service, view);
  if (servers.length === 0 || service.object.partial || service.ports.length === 0) return undefined;
  return service.ports.map((port): Port => {
    const server = servers.find((one) => numberAt(port, one) !== undefined);
    const number = server && numberAt(port, server);
    const answers = server && number !== undefined && serverPort(server) === number ? server : undefined;
    const templated = scalarAt(port.node, "name")?.templated === true;
    return {
      name: templated ? "?" : port.name,
      number,
      server: answers,
      unnamed: port.node.get("name") ? undefined : port,
    };
  });
}

/** Of the pods selected, written out in full. */
function podPorts(monitor: KubeObject, view: View): Ports | undefined {
  const selector = selectorOf(monitor);
  const servers = view
    .servers()
    .filter(
      ({ pod, object }) =>
        pod !== undefined &&
        selector !== undefined &&
        (looksInto(monitor, object.namespace) ?? monitor.namespace === object.namespace) &&
        matchesSelector(selector, pod.labels) === true,
    );
  if (
    servers.length === 0 ||
    servers.some(({ pod, object }) => pod?.managed || pod?.partial || object.partial)
  )
    return undefined;
  const containers = servers.flatMap(({ pod }) => [
    ...(pod?.containers ?? []),
    ...(pod?.initContainers ?? []),
  ]);
  if (containers.some((container) => isFieldOpen(container, "ports"))) return undefined;
  const list = containers.flatMap((container) =>
    itemsOf(container, "ports").map((item): Port => {
      const number = Number(knownText(item, "containerPort") ?? "x") || undefined;
      const server = servers.find((one) => one.container === container && serverPort(one) === number);
      return {
        name: scalarAt(item, "name")?.templated ? "?" : knownText(item, "name"),
        number,
        server,
        unnamed: undefined,
      };
    }),
  );
  return { list, owner: `the pod of \`${servers[0]?.name ?? ""}\`` };
}

function checkEndpoint(endpoint: YamlMap, { list, owner }: Ports, isPod: boolean, report: Report): void {
  const scalar = scalarAt(endpoint, "port");
  const asked = knownText(endpoint, "port");
  if (!scalar || asked === undefined || endpoint.open || list.some(({ name }) => name === "?")) return;
  const port = list.find(({ name }) => name === asked);
  if (!port) reportPort(scalar, asked, { list, owner }, isPod, report);
  else if (port.server) checkPath(endpoint, port.server, report);
}

function reportPort(
  scalar: YamlScalar,
  asked: string,
  { list, owner }: Ports,
  isPod: boolean,
  report: Report,
): void {
  const named = [...new Set(list.flatMap(({ name }) => name ?? []))];
  const answering = [
    ...new Set(list.flatMap(({ name, server }) => (server && name !== undefined ? name : []))),
  ];
  const meant = answering.length === 1 ? answering[0] : named.length === 1 ? named[0] : undefined;
  const unnamed = list.length === 1 && !isPod ? list[0]?.unnamed : undefined;
  const has =
    named.length === 0 ? "has no port with a name" : `has ${named.map((name) => `\`${name}\``).join(", ")}`;
  report(spotOf(scalar), {
    message: `\`port: ${asked}\` is the name of a port, and ${owner} ${has}: nothing is scraped.`,
    advice: meant === undefined ? `Give the port a name and use it here.` : `Write \`${meant}\`.`,
    fixes: portFixes(scalar, asked, meant, unnamed),
  });
}

function portFixes(
  scalar: YamlScalar,
  asked: string,
  meant: string | undefined,
  unnamed: ServicePort | undefined,
): readonly Fix[] {
  if (meant !== undefined)
    return [{ title: `Write \`${meant}\``, apply: (editor) => editor.setScalar(scalar, meant) }];
  if (!unnamed || !/^[a-z][a-z0-9-]{0,14}$/.test(asked)) return [];
  return [
    {
      title: `Call the Service's port \`${asked}\``,
      apply: (editor) => editor.setEntry(unnamed.node, "name", asked),
    },
  ];
}

function checkPath(endpoint: YamlMap, server: VllmServer, report: Report): void {
  const path = scalarAt(endpoint, "path");
  const asked = knownText(endpoint, "path");
  if (path && asked !== undefined && !/^\/metrics\/?$/.test(asked) && server.entry !== "wrapper") {
    report(spotOf(path), {
      message: `vLLM serves its metrics at \`/metrics\`, and this asks \`${asked}\`.`,
      advice: "Ask `/metrics`.",
      fixes: [{ title: "Set the path to `/metrics`", apply: (editor) => editor.setScalar(path, "/metrics") }],
    });
  }
  const scheme = scalarAt(endpoint, "scheme");
  const certificate =
    server.engine.settings.get("--ssl-certfile") ?? server.engine.settings.get("--ssl-keyfile");
  if (!certificate || (scheme && (scheme.templated || scheme.text.toLowerCase() !== "http"))) return;
  const at = scheme ?? scalarAt(endpoint, "port");
  if (!at) return;
  report(spotOf(at), {
    message: `\`${server.name}\` serves HTTPS (\`${certificate.flag}\`), and this scrapes plain HTTP.`,
    advice: "Set `scheme: https` with a `tlsConfig`.",
    fixes: [
      { title: "Set `scheme: https`", apply: (editor) => editor.setEntry(endpoint, "scheme", "https") },
    ],
  });
}
