import { portNumber } from "../../kubernetes/containers";
import type { Container } from "../../kubernetes/model";
import { probeOf, type ProbeHandler, type ProbeKind } from "../../kubernetes/probes";
import type { VllmServer } from "../../vllm/model";
import type { Plain } from "../../yaml/format";
import type { Fix } from "../define";
import { count, duration } from "../wording";
import { failuresFor, type LoadTime } from "./load-time";

const PERIOD = 10;
const TIMEOUT = 5;

/** With these the server listens on a socket, or on a port for each rank and one more that speaks for all. */
const OTHER_LISTENERS = ["--uds", "--data-parallel-multi-port-external-lb"];

/** The port that the server listens on; undefined when unknown, as with programs around vLLM that have their own options. */
export function serverPort(server: VllmServer): number | undefined {
  if (server.entry === "operator" || OTHER_LISTENERS.some((flag) => server.engine.settings.has(flag)))
    return undefined;
  const port = server.engine.integer("--port");
  if (!port.known || (server.entry === "wrapper" && port.origin.kind === "default")) return undefined;
  return port.value;
}

/** The number a probe's port stands for in its container. */
export function probePort(container: Container, handler: ProbeHandler): number | undefined {
  if (handler.kind === "exec" || handler.kind === "unknown") return undefined;
  const { port } = handler;
  if (port.kind === "number") return port.number;
  return port.kind === "name" ? portNumber(container, port.name) : undefined;
}

/** True when a probe asks the server itself over HTTP, as far as anybody can tell. */
export function asksServer(server: VllmServer, container: Container, handler: ProbeHandler): boolean {
  if (handler.kind !== "http") return false;
  const [listens, asked] = [serverPort(server), probePort(container, handler)];
  return listens === undefined || asked === undefined || listens === asked;
}

/** A startup probe on `/health`, long enough for the load; undefined when nobody can tell where to ask. */
export function startupProbeFix(
  server: VllmServer,
  container: Container,
  time: LoadTime | undefined,
): Fix | undefined {
  const httpGet = healthEndpoint(server, container);
  if (httpGet === undefined || container.node.get("startupProbe") !== undefined || container.node.flow)
    return undefined;
  const failureThreshold = failuresFor(time, PERIOD);
  const probe: Plain = { httpGet, periodSeconds: PERIOD, timeoutSeconds: TIMEOUT, failureThreshold };
  return {
    title: `Add a startup probe of ${count(failureThreshold, "failure")} x ${PERIOD} s (${duration(failureThreshold * PERIOD)})`,
    apply: (editor) => editor.setEntry(container.node, "startupProbe", probe),
  };
}

const OTHER_PROBES: readonly ProbeKind[] = ["readinessProbe", "livenessProbe"];

/** As another probe of the container asks, which is known to work, else by the server's own port. */
function healthEndpoint(server: VllmServer, container: Container): Plain | undefined {
  for (const kind of OTHER_PROBES) {
    const handler = probeOf(container, kind)?.handler;
    if (handler?.kind !== "http" || handler.path !== "/health" || handler.scheme === undefined) continue;
    if (!asksServer(server, container, handler) || handler.port.kind === "unknown") continue;
    const port = handler.port.kind === "number" ? handler.port.number : handler.port.name;
    return { path: "/health", port, ...(handler.scheme === "HTTPS" ? { scheme: "HTTPS" } : {}) };
  }
  const port = serverPort(server);
  if (port === undefined) return undefined;
  const secure = server.engine.settings.has("--ssl-keyfile") || server.engine.settings.has("--ssl-certfile");
  return { path: "/health", port, ...(secure ? { scheme: "HTTPS" } : {}) };
}
