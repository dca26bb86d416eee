import { request as plainRequest, type IncomingMessage, type RequestOptions as NodeOptions } from "node:http";
import { request as tlsRequest } from "node:https";
import { X509Certificate } from "node:crypto";
import type { Socket } from "node:net";
import type { ConnectionOptions } from "node:tls";
import { failureOf, type Asked, type HttpAnswer } from "../../../../live/answer";
import { LiveFailure } from "../../../../live/failure";
import type { ClusterAccess } from "../../../../live/kubeconfig";
import { textField } from "../../../../live/shape";
import { pemOf, type Credentials, type RequestCredentials } from "./credentials";
import { failureFrom, networkFailure } from "./failures";
import { DEADLINE_MS, MOST_BYTES, type RequestOptions, type Transport } from "./transport";
import { proxyAuthorization, TunnelAgent } from "./tunnel";

/** The API server over connections that are kept, as one person. GET only; redirects are not followed. */
export class HttpsTransport implements Transport {
  private readonly sockets = new Set<Socket>();
  private readonly target: URL;
  private tunnel: TunnelAgent | undefined;

  constructor(
    private readonly access: ClusterAccess,
    private readonly credentials: Credentials,
    private readonly now: () => number,
    private readonly deadlineMs = DEADLINE_MS,
  ) {
    this.target = new URL(access.server);
  }

  async get(path: string, asked: Asked, options: RequestOptions): Promise<HttpAnswer> {
    try {
      const used = await this.credentials.get(options.signal);
      const first = await this.attempt(path, used, options);
      const refused = failureOf(first, asked);
      if (!refused) return first;
      if (refused.code !== "unauthorized" || refused.origin !== "api-server" || !this.credentials.canRenew)
        throw certificateEnded(used, refused, this.now()) ?? refused;
      // The credential ended before it said it would: another one is fetched, once.
      this.credentials.forget(used);
      const second = await this.attempt(path, await this.credentials.get(options.signal), options);
      const failure = failureOf(second, asked);
      if (failure) throw failure;
      return second;
    } catch (error) {
      throw failureFrom(error);
    }
  }

  private async attempt(
    path: string,
    credentials: RequestCredentials,
    options: RequestOptions,
  ): Promise<HttpAnswer> {
    const deadline = AbortSignal.timeout(this.deadlineMs);
    const signal = AbortSignal.any([options.signal, deadline]);
    try {
      const request = await this.requestOptions(path, credentials, options);
      return await this.send(request, signal, options.most ?? MOST_BYTES, true);
    } catch (error) {
      throw deadline.aborted && !options.signal.aborted ? networkFailure("timeout") : error;
    }
  }

  /** TLS settings go into each request and no agent is made, for VS Code puts its own in that one's place. */
  private async requestOptions(
    path: string,
    { headers, cert, key }: RequestCredentials,
    options: RequestOptions,
  ): Promise<NodeOptions> {
    const cluster = this.access.clusterEntry.value;
    const ca = await pemOf(this.access.clusterEntry, "certificate-authority");
    const serverName = textField(cluster, "tls-server-name");
    const tls: ConnectionOptions = {
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert, key }),
      ...(serverName === undefined ? {} : { servername: serverName }),
      rejectUnauthorized: cluster["insecure-skip-tls-verify"] !== true,
    };
    const { target } = this;
    const proxy = textField(cluster, "proxy-url") ?? "";
    const isSafe = target.protocol === "https:" || (proxy === "" && isLoopback(target.hostname));
    const secret = isSafe ? headers : {};
    const common = {
      method: "GET",
      path: target.pathname.replace(/\/$/, "") + path,
      headers: {
        accept: "application/json",
        "accept-encoding": "identity",
        ...options.headers,
        ...secret,
        host: target.host,
      },
    };
    if (proxy !== "" && target.protocol === "http:") return throughPlainProxy(new URL(proxy), target, common);
    if (proxy !== "") {
      this.tunnel ??= new TunnelAgent(new URL(proxy), target, tls);
      return { ...common, ...tls, host: "localhost", agent: this.tunnel };
    }
    return {
      ...common,
      ...tls,
      host: target.hostname,
      port: target.port || (target.protocol === "https:" ? 443 : 80),
    };
  }

  private send(
    request: NodeOptions,
    signal: AbortSignal,
    most: number,
    mayRetry: boolean,
  ): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      const ask = (request.protocol ?? this.target.protocol) === "https:" ? tlsRequest : plainRequest;
      const sent = ask({ ...request, signal }, (answer) => {
        readWhole(answer, most).then(resolve, reject);
      });
      sent.once("socket", (socket) => this.remember(socket));
      sent.once("error", (error: NodeJS.ErrnoException) => {
        // A kept connection that the other side had closed already; that says nothing of the server.
        if (mayRetry && sent.reusedSocket && error.code === "ECONNRESET" && !signal.aborted)
          this.send(request, signal, most, false).then(resolve, reject);
        else reject(error);
      });
      sent.end();
    });
  }

  private remember(socket: Socket): void {
    if (this.sockets.has(socket)) return;
    this.sockets.add(socket);
    socket.once("close", () => this.sockets.delete(socket));
  }

  dropConnections(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  dispose(): void {
    this.dropConnections();
    this.tunnel?.destroy();
  }
}

/** The API server only says 401; that it is the certificate's end can be read off the certificate. */
function certificateEnded(
  { cert, headers }: RequestCredentials,
  refused: LiveFailure,
  now: number,
): LiveFailure | undefined {
  if (cert === undefined || headers.authorization !== undefined || refused.code !== "unauthorized")
    return undefined;
  const end = new Date(new X509Certificate(cert).validTo);
  if (!(end.getTime() < now)) return undefined;
  const day = end.toISOString().slice(0, 10);
  const words = `The client certificate of this context was good until ${day}.`;
  return new LiveFailure("credentials", "certificate-client", words);
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127\./.test(host);
}

/** What is not encrypted is asked of the proxy itself, by its whole address (RFC 9112, 3.2.2), and not through a tunnel. */
function throughPlainProxy(proxy: URL, target: URL, request: NodeOptions & { path: string }): NodeOptions {
  const authorization = proxyAuthorization(proxy);
  return {
    ...request,
    protocol: proxy.protocol,
    host: proxy.hostname,
    port: proxy.port || (proxy.protocol === "https:" ? 443 : 80),
    path: target.origin + request.path,
    headers: {
      ...request.headers,
      ...(authorization === undefined ? {} : { "proxy-authorization": authorization }),
    },
  };
}

/** The body as text, or a failure when it breaks off or grows beyond the limit. */
export function readWhole(answer: IncomingMessage, most: number): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    answer.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > most) {
        reject(networkFailure("too-large"));
        answer.destroy();
      } else chunks.push(chunk);
    });
    answer.once("error", reject);
    answer.once("aborted", () => reject(networkFailure("reset")));
    answer.once("end", () => {
      const { "content-type": contentType = "", "retry-after": retryAfter } = answer.headers;
      // Decoded at once: a character may lie across two chunks.
      const body = Buffer.concat(chunks).toString("utf8");
      resolve({ status: answer.statusCode ?? 0, contentType, retryAfter, body });
    });
  });
}
