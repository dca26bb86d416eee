import { request as plainRequest } from "node:http";
import { request as tlsRequest } from "node:https";
import { failureOf, type Asked, type HttpAnswer } from "../../../../live/answer";
import { LiveFailure } from "../../../../live/failure";
import { failureFrom, networkFailure } from "./failures";
import { readWhole } from "./https-transport";
import { DEADLINE_MS, MOST_BYTES, type RequestOptions, type Transport } from "./transport";

/** Addresses of cloud metadata and of the link: nothing that answers PromQL, and much that should not be asked. */
const NEVER = /^(169\.254\.|\[?fe80:|metadata\.|100\.100\.100\.200)/i;

/** A Prometheus at an address of the person's own settings. No credential of a cluster is ever sent to it. */
export class UrlTransport implements Transport {
  constructor(private readonly target: URL) {
    if (!/^https?:$/.test(target.protocol) || NEVER.test(target.hostname))
      throw new LiveFailure("upstream", "unsupported", "This address is none of a Prometheus.");
  }

  async get(
    path: string,
    asked: Asked,
    { signal, most = MOST_BYTES, headers }: RequestOptions,
  ): Promise<HttpAnswer> {
    const deadline = AbortSignal.timeout(DEADLINE_MS);
    try {
      const answer = await this.send(path, AbortSignal.any([signal, deadline]), most, headers);
      const failure = failureOf(answer, asked);
      if (failure) throw failure;
      return answer;
    } catch (error) {
      throw deadline.aborted && !signal.aborted ? networkFailure("timeout") : failureFrom(error);
    }
  }

  private send(
    path: string,
    signal: AbortSignal,
    most: number,
    headers: RequestOptions["headers"],
  ): Promise<HttpAnswer> {
    const { protocol, hostname, port } = this.target;
    return new Promise((resolve, reject) => {
      const ask = protocol === "https:" ? tlsRequest : plainRequest;
      const own = { accept: "application/json", "accept-encoding": "identity", ...headers };
      const sent = ask({ host: hostname, port: port || undefined, path, headers: own, signal }, (answer) => {
        readWhole(answer, most).then(resolve, reject);
      });
      sent.once("error", reject);
      sent.end();
    });
  }

  dropConnections(): void {
    // A dead connection ends with its deadline.
  }

  dispose(): void {
    // Nothing is held but Node's own kept connections.
  }
}
