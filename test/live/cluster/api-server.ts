import { type IncomingMessage, type ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import { readFileSync } from "node:fs";
import type { AddressInfo, Socket } from "node:net";
import type { PeerCertificate, TLSSocket } from "node:tls";
import type { Certificates } from "./certificates";
import { discovery } from "./discovery";
import { strike, type Fault } from "./faults";
import { matchesSelector, podJson, scalerJson, serviceJson, workloadJson, type Cluster } from "./objects";
import { isAllowed, READER, type Request, type Rule } from "./rbac";
import { relay } from "./relay";
import { forbidden, sendJson, sendStatus, sendText } from "./status";

/** A request that was seen. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly user: string | undefined;
  readonly groups: readonly string[];
}

export interface ApiServer {
  readonly url: string;
  readonly port: number;
  readonly seen: Seen[];
  faults: Fault[];
  /** Tokens and whose they are; a token can be taken away while somebody uses it. */
  readonly tokens: Map<string, string>;
  /** By user; who is not here may do what `READER` may. */
  readonly rules: Map<string, readonly Rule[]>;
  readonly cluster: Cluster;
  /** Breaks every open connection, as a load balancer does when a laptop wakes up. */
  dropConnections(): void;
  /** Answers nothing any more on connections that are open now, as after a sleep that outlived them. */
  deafen(): void;
  stop(): Promise<void>;
}

export interface ApiServerOptions {
  readonly certificates: Certificates;
  readonly cluster: Cluster;
  readonly certificate?: "good" | "other-name" | "expired";
  /** The port to come back on after a stop. */
  readonly port?: number;
}

/** An HTTPS server that answers as kube-apiserver does, for the requests that this project makes and for kubectl's. */
export async function startApiServer({
  certificates,
  cluster,
  certificate = "good",
  port = 0,
}: ApiServerOptions): Promise<ApiServer> {
  const sockets = new Set<Socket>();
  const server = createServer(tlsFiles(certificates, certificate));
  const deaf = new WeakSet<Socket>();
  const api: Handling = { cluster, seen: [], faults: [], tokens: new Map(), rules: new Map() };
  server.on("request", (request, response) => {
    if (!deaf.has(request.socket)) void handle(api, request, response);
  });
  const secured = new Set<Socket>();
  server.on("secureConnection", (socket: Socket) => {
    secured.add(socket);
    socket.on("close", () => secured.delete(socket));
  });
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) =>
    server.once("error", reject).listen(port, "127.0.0.1", resolve),
  );
  const chosen = (server.address() as AddressInfo).port;
  const dropConnections = (): void => sockets.forEach((socket) => socket.destroy());
  return Object.assign(api, {
    url: `https://127.0.0.1:${chosen}`,
    port: chosen,
    dropConnections,
    deafen: () => secured.forEach((socket) => deaf.add(socket)),
    stop: () => stop(server, dropConnections),
  });
}

interface Handling {
  readonly cluster: Cluster;
  readonly seen: Seen[];
  faults: Fault[];
  readonly tokens: Map<string, string>;
  readonly rules: Map<string, readonly Rule[]>;
}

function tlsFiles(files: Certificates, which: "good" | "other-name" | "expired"): Record<string, unknown> {
  const [cert, key] = {
    good: [files.serverCert, files.serverKey],
    "other-name": [files.otherNameCert, files.otherNameKey],
    expired: [files.expiredCert, files.expiredKey],
  }[which];
  return {
    cert: readFileSync(cert ?? ""),
    key: readFileSync(key ?? ""),
    ca: readFileSync(files.ca),
    requestCert: true,
    rejectUnauthorized: false,
  };
}

async function stop(server: Server, dropConnections: () => void): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  dropConnections();
  await closed;
}

async function handle(api: Handling, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "https://api");
  const own = userOf(api, request);
  const acting = impersonated(request);
  const user = own === undefined ? undefined : (acting.user ?? own);
  api.seen.push({ method: request.method ?? "", path: request.url ?? "", user, groups: acting.groups });
  const fault = api.faults.find(({ path, times }) => path.test(request.url ?? "") && times !== 0);
  if (fault) {
    if (fault.times !== undefined) fault.times--;
    if (await strike(fault, request, response)) return;
  }
  if (user === undefined)
    return sendStatus(response, { code: 401, reason: "Unauthorized", message: "Unauthorized" });
  if (
    acting.user !== undefined &&
    !allowed(api, own ?? "", { verb: "impersonate", resource: "users", namespace: undefined }, response)
  )
    return;
  route(api, user, url, request, response);
}

function impersonated({ headersDistinct }: IncomingMessage): {
  user: string | undefined;
  groups: readonly string[];
} {
  return {
    user: headersDistinct["impersonate-user"]?.[0],
    groups: headersDistinct["impersonate-group"] ?? [],
  };
}

/** Undefined for credentials that are not good; `system:anonymous` for none. */
function userOf(api: Handling, request: IncomingMessage): string | undefined {
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
  if (token !== undefined) return api.tokens.get(token);
  const socket = request.socket as TLSSocket;
  const { subject } = socket.getPeerCertificate() as Partial<PeerCertificate>;
  // A certificate that is not good is refused, not ignored.
  if (subject) return socket.authorized ? String(subject.CN) : undefined;
  return "system:anonymous";
}

function route(
  api: Handling,
  user: string,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const path = url.pathname;
  const known = discovery(path);
  if (known) return sendJson(response, known);
  if (path === "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews")
    return review(api, user, request, response);
  const proxy = /^\/api\/v1\/namespaces\/([^/]+)\/(pods|services)\/([^/]+)\/proxy(\/.*)?$/.exec(path);
  if (proxy) {
    const [, namespace = "", kind = "", target = "", rest = "/"] = proxy;
    const verb = request.method === "GET" ? "get" : "create";
    if (!allowed(api, user, { verb, resource: `${kind}/proxy`, namespace }, response)) return;
    return relay(api.cluster, { kind, namespace, target, path: rest + url.search }, response);
  }
  const listed =
    /^\/(?:api\/v1|apis\/([^/]+)\/v[\w]+)(?:\/namespaces\/([^/]+))?\/([a-z]+)(?:\/([^/]+))?$/.exec(path);
  if (!listed) return sendText(response, 404, "404 page not found\n");
  const [, group = "", namespace, resource = "", name] = listed;
  const verb = name === undefined ? "list" : "get";
  if (!allowed(api, user, { verb, resource, namespace }, response)) return;
  const items = itemsOf(api.cluster, group, resource);
  if (!items) return sendText(response, 404, "404 page not found\n");
  answerObjects(
    items.filter((each) => namespace === undefined || each.metadata.namespace === namespace),
    { resource, name, url },
    response,
  );
}

function allowed(api: Handling, user: string, wanted: Request, response: ServerResponse): boolean {
  const rules = api.rules.get(user) ?? (user === "system:anonymous" ? [] : READER);
  if (isAllowed(rules, wanted)) return true;
  sendStatus(response, forbidden(user, wanted.verb, wanted.resource, wanted.namespace));
  return false;
}

interface Item {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Record<string, string>;
  };
}

function itemsOf(cluster: Cluster, group: string, resource: string): readonly Item[] | undefined {
  const kinds: Record<string, () => readonly Record<string, unknown>[]> = {
    "/pods": () => cluster.pods.map(podJson),
    "/services": () => cluster.services.map(serviceJson),
    "apps/deployments": () => cluster.workloads.filter(({ kind }) => kind === "Deployment").map(workloadJson),
    "apps/statefulsets": () =>
      cluster.workloads.filter(({ kind }) => kind === "StatefulSet").map(workloadJson),
    "autoscaling/horizontalpodautoscalers": () => cluster.scalers.map(scalerJson),
  };
  return kinds[`${group}/${resource}`]?.() as readonly Item[] | undefined;
}

function answerObjects(
  items: readonly Item[],
  { resource, name, url }: { resource: string; name: string | undefined; url: URL },
  response: ServerResponse,
): void {
  if (name !== undefined) {
    const found = items.find(({ metadata }) => metadata.name === name);
    if (found) return sendJson(response, found);
    const message = `${resource} "${name}" not found`;
    return sendStatus(response, {
      code: 404,
      reason: "NotFound",
      message,
      details: { name, kind: resource },
    });
  }
  const matching = items.filter(({ metadata }) =>
    matchesSelector(metadata.labels, url.searchParams.get("labelSelector")),
  );
  const limit = Number(url.searchParams.get("limit") ?? matching.length) || matching.length;
  const from = Number(url.searchParams.get("continue") ?? 0);
  const next = from + limit < matching.length ? String(from + limit) : undefined;
  const metadata = { resourceVersion: "1", ...(next ? { continue: next } : {}) };
  sendJson(response, { kind: "List", apiVersion: "v1", metadata, items: matching.slice(from, from + limit) });
}

function review(api: Handling, user: string, request: IncomingMessage, response: ServerResponse): void {
  let body = "";
  request.on("data", (chunk: Buffer) => (body += chunk.toString()));
  request.on("end", () => {
    const review = JSON.parse(body) as { spec?: { resourceAttributes?: Record<string, string> } };
    const { verb = "", resource = "", subresource, namespace } = review.spec?.resourceAttributes ?? {};
    const full = subresource ? `${resource}/${subresource}` : resource;
    const status = { allowed: isAllowed(api.rules.get(user) ?? READER, { verb, resource: full, namespace }) };
    sendJson(
      response,
      {
        kind: "SelfSubjectAccessReview",
        apiVersion: "authorization.k8s.io/v1",
        metadata: {},
        spec: review.spec ?? {},
        status,
      },
      201,
    );
  });
}
