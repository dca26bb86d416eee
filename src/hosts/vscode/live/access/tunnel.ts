import { request } from "node:http";
import { request as tlsRequest, Agent, type AgentOptions } from "node:https";
import { connect, type ConnectionOptions } from "node:tls";
import type { Duplex } from "node:stream";
import { networkFailure } from "./failures";
import { DEADLINE_MS } from "./transport";

/**
 * Reaches a server through the HTTP proxy of a kubeconfig's `proxy-url`. VS Code throws agents away for all hosts but
 * localhost, so requests through it say they go there; where the tunnel ends is decided here.
 */
export class TunnelAgent extends Agent {
  constructor(
    private readonly proxy: URL,
    private readonly target: URL,
    private readonly tls: ConnectionOptions,
  ) {
    super({ keepAlive: true } satisfies AgentOptions);
  }

  override createConnection(
    _: unknown,
    done?: (error: Error | null, socket: Duplex) => void,
  ): Duplex | null | undefined {
    const port = this.target.port || "443";
    const ask = this.proxy.protocol === "https:" ? tlsRequest : request;
    const authorization = proxyAuthorization(this.proxy);
    const connecting = ask({
      host: this.proxy.hostname,
      port: this.proxy.port || (this.proxy.protocol === "https:" ? 443 : 80),
      method: "CONNECT",
      path: `${this.target.hostname}:${port}`,
      headers: authorization === undefined ? {} : { "proxy-authorization": authorization },
    });
    const fail = (error: Error): void => done?.(error, undefined as unknown as Duplex);
    connecting.setTimeout(DEADLINE_MS, () => connecting.destroy(networkFailure("timeout")));
    connecting.once("error", fail);
    connecting.once("response", () => fail(networkFailure("refused")));
    connecting.once("connect", (answer, socket) => {
      if (answer.statusCode !== 200) {
        socket.destroy();
        return fail(networkFailure("refused"));
      }
      const secure = connect({ servername: this.target.hostname, ...this.tls, socket });
      secure.once("error", fail);
      secure.once("secureConnect", () => {
        secure.off("error", fail);
        done?.(null, secure);
      });
    });
    connecting.end();
    return undefined;
  }
}

/** For who has to log in to the proxy; undefined when its address names nobody. */
export function proxyAuthorization({ username, password }: URL): string | undefined {
  const userinfo = decodeURIComponent(`${username}:${password}`);
  return userinfo === ":" ? undefined : `Basic ${Buffer.from(userinfo).toString("base64")}`;
}
