/** A Service as the search for Prometheus sees it. */
export interface ServiceInfo {
  readonly namespace: string;
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly ports: readonly { readonly name: string | undefined; readonly port: number }[];
}

/** A server that may answer PromQL, reached through the API server's service proxy. */
export interface Candidate {
  readonly namespace: string;
  readonly service: string;
  readonly port: number;
  readonly scheme: "http" | "https";
  /** In front of `/api/v1`: empty, or `/select/0/prometheus` and the like. */
  readonly path: string;
  /** How it was found, for the person who is asked to choose. */
  readonly because: string;
}

/** Names in a URL path of the API server have to be names of Kubernetes. */
const NAME = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

export function isKubernetesName(text: string): boolean {
  return NAME.test(text);
}

/** Labels by which charts and operators mark what answers PromQL, with the path in front of its API. */
const BY_LABEL: readonly { key: string; value: string; also?: [string, string]; path?: string; what: string }[] = [
  { key: "operated-prometheus", value: "true", what: "Prometheus operator" },
  { key: "app.kubernetes.io/name", value: "prometheus", also: ["app.kubernetes.io/component", "server"], what: "Prometheus chart" },
  { key: "app", value: "prometheus", also: ["component", "server"], what: "Prometheus chart" },
  { key: "app.kubernetes.io/name", value: "prometheus", what: "Prometheus" },
  { key: "app.kubernetes.io/name", value: "vmsingle", what: "VictoriaMetrics" },
  { key: "app.kubernetes.io/name", value: "vmselect", path: "/select/0/prometheus", what: "VictoriaMetrics cluster" },
  { key: "app.kubernetes.io/name", value: "thanos-query", what: "Thanos" },
  { key: "app.kubernetes.io/component", value: "query-frontend", also: ["app.kubernetes.io/name", "mimir"], path: "/prometheus", what: "Mimir" },
]; // prettier-ignore

const BY_NAME: readonly { name: RegExp; namespace?: RegExp; path?: string; what: string }[] = [
  { name: /^(prometheus-k8s|thanos-querier)$/, namespace: /^openshift-(monitoring|user-workload-monitoring)$/, what: "OpenShift monitoring" },
  { name: /^frontend$/, namespace: /^(gmp-|gke-gmp|monitoring)/, what: "Google Managed Prometheus frontend" },
  { name: /^prometheus-operated$/, what: "Prometheus operator" },
  { name: /^(.+-)?kube-prom[a-z-]*-prometheus$/, what: "kube-prometheus-stack" },
  { name: /^(.+-)?prometheus-server$/, what: "Prometheus chart" },
  { name: /^prometheus$/, what: "Prometheus" },
  { name: /^prometheus-k8s$/, what: "kube-prometheus" },
  { name: /^(.+-)?thanos-query(-frontend)?$/, what: "Thanos" },
  { name: /^(.+-)?mimir-(query-frontend|nginx|gateway)$/, path: "/prometheus", what: "Mimir" },
  { name: /^(.+-)?vmselect(-.+)?$/, path: "/select/0/prometheus", what: "VictoriaMetrics cluster" },
  { name: /^(.+-)?vm(single|-victoria-metrics-single-server)(-.+)?$/, what: "VictoriaMetrics" },
]; // prettier-ignore

/** Answers of the API but no PromQL: exporters, webhooks, other parts of the same charts. */
const NOT_IT =
  /alertmanager|node-exporter|operator$|pushgateway|kube-state-metrics|adapter|webhook|grafana|blackbox/;

const PORT_NAMES = ["http-web", "web", "http", "https", "reloader-web"];

/** Services that may be Prometheus, the likeliest first, each once. */
export function prometheusCandidates(services: readonly ServiceInfo[]): readonly Candidate[] {
  const found = new Map<string, Candidate & { readonly rank: number }>();
  for (const service of services) {
    if (NOT_IT.test(service.name) || !isKubernetesName(service.name) || !isKubernetesName(service.namespace))
      continue;
    const mark = markOf(service);
    const port = mark && portOf(service);
    if (!mark || !port) continue;
    const key = `${service.namespace}/${service.name}`;
    found.set(key, {
      namespace: service.namespace,
      service: service.name,
      port: port.port,
      // OpenShift serves TLS on its "web" port.
      scheme: port.name === "https" || mark.what.startsWith("OpenShift") ? "https" : "http",
      path: mark.path ?? "",
      because: mark.what,
      rank: mark.rank,
    });
  }
  return [...found.values()]
    .sort((a, b) => a.rank - b.rank || a.service.localeCompare(b.service))
    .map(({ rank: _rank, ...candidate }) => candidate);
}

function markOf({
  labels,
  name,
  namespace,
}: ServiceInfo): { what: string; path?: string; rank: number } | undefined {
  for (const [rank, { key, value, also, path, what }] of BY_LABEL.entries()) {
    if (labels.get(key) !== value || (also && labels.get(also[0]) !== also[1])) continue;
    return { what, rank, ...(path === undefined ? {} : { path }) };
  }
  for (const [i, each] of BY_NAME.entries()) {
    if (!each.name.test(name) || (each.namespace && !each.namespace.test(namespace))) continue;
    return {
      what: each.what,
      rank: BY_LABEL.length + i,
      ...(each.path === undefined ? {} : { path: each.path }),
    };
  }
  return undefined;
}

function portOf({ ports }: ServiceInfo): ServiceInfo["ports"][number] | undefined {
  for (const wanted of PORT_NAMES) {
    const port = ports.find(({ name }) => name === wanted);
    if (port) return port;
  }
  return ports.find(({ port }) => [9090, 80, 8428, 8481, 8080].includes(port)) ?? ports[0];
}

/**
 * An address in a manifest as a Service of the cluster: `http://name.namespace(.svc(.domain))(:port)(/path)`. Everything else is
 * undefined and never called: a manifest is somebody's text.
 */
export function serviceAddress(address: string, ownNamespace: string | undefined): Candidate | undefined {
  const match = /^(https?):\/\/([a-z0-9.-]+)(?::(\d{1,5}))?(\/[\w./-]*)?$/.exec(address.trim());
  if (!match) return undefined;
  const [, scheme, host = "", portText, path = ""] = match;
  const [service = "", namespace = ownNamespace, svc, ...domain] = host.split(".");
  if (svc !== undefined && svc !== "svc") return undefined;
  if (domain.length > 0 && !domain.every((part) => /^[a-z0-9-]+$/.test(part))) return undefined;
  if (namespace === undefined || !isName63(service) || !isName63(namespace) || path.includes(".."))
    return undefined;
  const port = Number(portText ?? (scheme === "https" ? 443 : 80));
  if (port < 1 || port > 65_535) return undefined;
  return {
    namespace,
    service,
    port,
    scheme: scheme === "https" ? "https" : "http",
    path: path.replace(/\/+$/, "").replace(/\/api\/v1$/, ""),
    because: "the manifest's serverAddress",
  };
}

/** A Service's name starts with a letter (RFC 1035), which also keeps addresses like 169.254.169.254 out. */
function isName63(text: string): boolean {
  return /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(text) && text !== "localhost";
}

/** The path below the API server that reaches it. */
export function proxyPath({ namespace, service, port, scheme, path }: Candidate): string {
  const target = scheme === "https" ? `https:${service}:${port}` : `${service}:${port}`;
  return `/api/v1/namespaces/${namespace}/services/${target}/proxy${path}`;
}

export function candidateName({ namespace, service, port }: Candidate): string {
  return `${namespace}/${service}:${port}`;
}
