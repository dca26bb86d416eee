import type { ServerResponse } from "node:http";

/** `Status` objects in the words of a real API server (kube-apiserver 1.20 was asked). */
export interface Refusal {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly details?: Record<string, unknown>;
}

export function sendStatus(response: ServerResponse, { code, reason, message, details }: Refusal): void {
  const body = {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message,
    reason,
    ...(details ? { details } : {}),
    code,
  };
  sendJson(response, body, code);
}

export function sendJson(response: ServerResponse, body: unknown, code = 200): void {
  response.writeHead(code, { "content-type": "application/json", "cache-control": "no-cache, private" });
  response.end(JSON.stringify(body));
}

export function sendText(
  response: ServerResponse,
  code: number,
  body: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(code, { "content-type": "text/plain; charset=utf-8", ...headers });
  response.end(body);
}

export function forbidden(
  user: string,
  verb: string,
  resource: string,
  namespace: string | undefined,
): Refusal {
  const where = namespace === undefined ? "at the cluster scope" : `in the namespace "${namespace}"`;
  return {
    code: 403,
    reason: "Forbidden",
    message: `${resource.split("/")[0]} is forbidden: User "${user}" cannot ${verb} resource "${resource}" in API group "" ${where}`,
  };
}
