import {
  request as requestHttp,
  type ClientRequest,
  type IncomingMessage,
  type RequestOptions,
} from "node:http";
import { request as requestHttps } from "node:https";
import { connect as connectTls } from "node:tls";
import type { Duplex } from "node:stream";
import type { Transport } from "../hub/transport";

type Environment = Readonly<Record<string, string | undefined>>;

/** Node's own client with the proxy of the environment, which its `fetch` does not know before Node 24. */
export function nodeTransport(env: Environment): Transport {
  return async (url, headers, signal) => {
    const proxy = proxyFor(url, env);
    const message = await send(url, { headers, signal, agent: false }, proxy);
    return {
      status: message.statusCode ?? 0,
      url: url.href,
      header: (name) => {
        const value = message.headers[name];
        return Array.isArray(value) ? value[0] : value;
      },
      body: message,
    };
  };
}

async function send(url: URL, options: RequestOptions, proxy: URL | undefined): Promise<IncomingMessage> {
  if (!proxy) return answerTo((url.protocol === "https:" ? requestHttps : requestHttp)(url, options));
  if (url.protocol === "http:") {
    const headers = { ...options.headers, host: url.host, ...credentials(proxy) };
    return answerTo(requestHttp({ ...options, ...addressOf(proxy), path: url.href, headers }));
  }
  const socket = await tunnel(url, options, proxy);
  const createConnection = (): Duplex => connectTls({ socket: socket, servername: url.hostname });
  return answerTo(requestHttps(url, { ...options, createConnection }));
}

function answerTo(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.on("response", resolve).on("error", reject).end();
  });
}

/** A way through the proxy on which only the two ends can read. */
function tunnel(url: URL, { signal }: RequestOptions, proxy: URL): Promise<Duplex> {
  const path = `${url.hostname}:${url.port || "443"}`;
  const headers = { host: path, ...credentials(proxy) };
  const request = requestHttp({
    ...addressOf(proxy),
    method: "CONNECT",
    path,
    headers,
    signal,
    agent: false,
  });
  return new Promise((resolve, reject) => {
    request
      .on("connect", (answer, socket) => {
        if (answer.statusCode === 200) resolve(socket);
        else {
          socket.destroy();
          reject(
            Object.assign(new Error("the proxy refuses"), { code: `PROXY_ANSWERED_${answer.statusCode}` }),
          );
        }
      })
      .on("error", reject)
      .end();
  });
}

function addressOf(proxy: URL): RequestOptions {
  return { hostname: proxy.hostname, port: proxy.port || "80" };
}

function credentials({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === "") return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(pair).toString("base64")}` };
}

/** `HTTPS_PROXY`, `HTTP_PROXY` and `ALL_PROXY` as curl reads them; `NO_PROXY` lists hosts and domains, `*` means all. */
export function proxyFor(url: URL, env: Environment): URL | undefined {
  const read = (name: string): string | undefined => env[name.toLowerCase()] || env[name] || undefined;
  const text = read(url.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY") ?? read("ALL_PROXY");
  if (text === undefined) return undefined;
  const host = url.hostname.toLowerCase();
  const exempt = (read("NO_PROXY") ?? "").toLowerCase().split(/[\s,]+/);
  if (
    exempt.some((entry) => entry === "*" || isWithin(host, entry.replace(/:\d+$/, "").replace(/^\*?\./, "")))
  )
    return undefined;
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const proxy = URL.canParse(address) ? new URL(address) : undefined;
  return proxy?.protocol === "http:" ? proxy : undefined;
}

function isWithin(host: string, domain: string): boolean {
  return domain !== "" && (host === domain || host.endsWith(`.${domain}`));
}
