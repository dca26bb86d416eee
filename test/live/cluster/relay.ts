import { request as httpRequest, type ServerResponse } from "node:http";
import type { Cluster } from "./objects";
import { sendStatus, type Refusal } from "./status";

export interface Relayed {
  readonly kind: string;
  readonly namespace: string;
  /** `name:port`, or with a scheme in front. */
  readonly target: string;
  /** With its query. */
  readonly path: string;
}

/** Passes a GET on to what stands behind a service or pod, without the person's credentials, as the real one does. */
export function relay(
  cluster: Cluster,
  { kind, namespace, target, path }: Relayed,
  response: ServerResponse,
): void {
  const [first = "", second, third] = target.split(":");
  const [name, portText] = first === "http" || first === "https" ? [second ?? "", third] : [first, second];
  const backend =
    kind === "pods"
      ? podPort(cluster, namespace, name, portText)
      : servicePort(cluster, namespace, name, portText);
  if (typeof backend !== "number") return sendStatus(response, backend);
  const upstream = httpRequest({ host: "127.0.0.1", port: backend, path }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  upstream.on("error", (error) => {
    if (response.headersSent) return response.destroy();
    sendStatus(response, {
      code: 503,
      reason: "ServiceUnavailable",
      message: `error trying to reach service: ${error.message}`,
    });
  });
  response.on("close", () => upstream.destroy());
  upstream.end();
}

function podPort(
  cluster: Cluster,
  namespace: string,
  name: string,
  port: string | undefined,
): number | Refusal {
  const pod = cluster.pods.find((each) => each.namespace === namespace && each.name === name);
  if (!pod) return { code: 404, reason: "NotFound", message: `pods "${name}" not found` };
  if (!pod.ports) return { code: 400, reason: "BadRequest", message: "address not allowed" };
  const backend = pod.ports[Number(port ?? 80)];
  return (
    backend ?? {
      code: 503,
      reason: "ServiceUnavailable",
      message: "error trying to reach service: connection refused",
    }
  );
}

function servicePort(
  cluster: Cluster,
  namespace: string,
  name: string,
  port: string | undefined,
): number | Refusal {
  const service = cluster.services.find((each) => each.namespace === namespace && each.name === name);
  if (!service) return { code: 404, reason: "NotFound", message: `services "${name}" not found` };
  const wanted = service.ports.find((each) => String(each.port) === port || each.name === port);
  if (port !== undefined && !wanted)
    return {
      code: 503,
      reason: "ServiceUnavailable",
      message: `no service port ${port} found for service "${name}"`,
    };
  return (
    wanted?.backend ?? {
      code: 503,
      reason: "ServiceUnavailable",
      message: `no endpoints available for service "${name}"`,
    }
  );
}
