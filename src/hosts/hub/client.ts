import { isForHub, parsedJson } from "../../features/workspace/model-places";
import { HubFailure, networkFailure, statusFailure } from "./failure";
import { weightBytesIn } from "./files";
import type { Answer, Transport } from "./transport";
import { nameOf } from "../../base/path";

export const PUBLIC_HUB = "https://huggingface.co";

export interface HubOptions {
  /** `https://huggingface.co`, or a mirror. */
  readonly endpoint: string;
  readonly token: string | undefined;
  readonly transport: Transport;
  /** For one file. */
  readonly seconds?: number;
}

/** What is kept of a model: two small files and the size of the large ones. */
export interface HubModel {
  readonly config: string;
  readonly quantization: string | undefined;
  /** Bytes of all weight files; undefined where the Hub does not tell. */
  readonly weightBytes: number | undefined;
}

const LIMITS = { config: 4_000_000, listing: 16_000_000, index: 40_000_000 } as const;
const MAX_REDIRECTS = 5;
const SECONDS = 15;

/** Reads what sizing needs of a model from a Hub. Fails with a `HubFailure`, whose message is a sentence. */
export class HubClient {
  private readonly endpoint: URL;
  private readonly seconds: number;

  constructor(private readonly options: HubOptions) {
    this.endpoint = endpointOf(options.endpoint);
    this.seconds = options.seconds ?? SECONDS;
  }

  get host(): string {
    return this.endpoint.host;
  }

  async read(id: string): Promise<HubModel> {
    if (!isForHub(id)) throw new HubFailure(`${id} is no name to ask the Hub for.`);
    const config = await this.json(id, `${id}/resolve/main/config.json`, LIMITS.config);
    const listing = await this.optional(id, `api/models/${id}/tree/main`, LIMITS.listing);
    const names = listing === undefined ? undefined : weightBytesIn(listing.value);
    const quantization = names?.hasQuantization
      ? await this.optional(id, `${id}/resolve/main/hf_quant_config.json`, LIMITS.config)
      : undefined;
    return {
      config: config.text,
      quantization: quantization?.text,
      weightBytes: names?.bytes ?? (await this.bytesFromIndex(id)),
    };
  }

  /** A mirror may have no listing. */
  private async bytesFromIndex(id: string): Promise<number | undefined> {
    const path = `${id}/resolve/main/model.safetensors.index.json`;
    const index = await this.optional(id, path, LIMITS.index);
    const size = (index?.value as { metadata?: { total_size?: unknown } } | undefined)?.metadata?.total_size;
    return typeof size === "number" && size > 0 ? size : undefined;
  }

  private async optional(id: string, path: string, limit: number): Promise<Json | undefined> {
    try {
      return await this.json(id, path, limit);
    } catch (error) {
      if (error instanceof HubFailure && error.isMissing) return undefined;
      throw error;
    }
  }

  private async json(id: string, path: string, limit: number): Promise<Json> {
    const text = await this.text(id, path, limit);
    const file = nameOf(path);
    if (/^\s*</.test(text)) {
      throw new HubFailure(
        `${this.host} answered with a web page in place of ${file}; a proxy or a log-in page may stand between.`,
      );
    }
    const value = parsedJson(text);
    if (value === undefined)
      throw new HubFailure(`What ${this.host} sent as ${file} of ${id} is cut off or is no JSON.`);
    return { text, value };
  }

  private async text(id: string, path: string, limit: number): Promise<string> {
    const signal = AbortSignal.timeout(this.seconds * 1000);
    try {
      const answer = await this.follow(new URL(path, this.endpoint.href), signal);
      if (answer.status !== 200)
        throw statusFailure(this.host, id, answer.status, answer.header("retry-after"));
      return await this.bodyOf(answer, limit);
    } catch (error) {
      throw networkFailure(this.host, signal.aborted ? { name: "TimeoutError" } : error, this.seconds);
    }
  }

  /** A token goes to the endpoint alone: it is left off as soon as a redirect leads elsewhere, and stays off. */
  private async follow(first: URL, signal: AbortSignal): Promise<Answer> {
    let url = first;
    let trusted = true;
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      trusted &&= url.origin === this.endpoint.origin;
      const answer = await this.options.transport(url, this.headers(trusted), signal);
      const location = answer.status >= 300 && answer.status < 400 ? answer.header("location") : undefined;
      if (location === undefined) return answer;
      await drain(answer);
      const next = URL.canParse(location, url.href) ? new URL(location, url.href) : undefined;
      if (!next || !isSafe(next, url))
        throw new HubFailure(`${this.host} redirects to where this is not followed.`);
      url = next;
    }
    throw new HubFailure(`${this.host} redirects without end.`);
  }

  private headers(trusted: boolean): Readonly<Record<string, string>> {
    const { token } = this.options;
    const secret = trusted && token !== undefined && isPrivate(this.endpoint);
    return { accept: "application/json", ...(secret ? { authorization: `Bearer ${token}` } : {}) };
  }

  private async bodyOf(answer: Answer, limit: number): Promise<string> {
    const tooLarge = (): HubFailure =>
      new HubFailure(`What ${this.host} sent is larger than ${limit / 1e6} MB; the rest was not read.`);
    if (Number(answer.header("content-length")) > limit) {
      await drain(answer);
      throw tooLarge();
    }
    const decoder = new TextDecoder();
    let text = "";
    let size = 0;
    for await (const chunk of answer.body) {
      size += chunk.byteLength;
      // Leaving the loop ends the connection.
      if (size > limit) throw tooLarge();
      text += decoder.decode(chunk, { stream: true });
    }
    return text + decoder.decode();
  }
}

interface Json {
  readonly text: string;
  readonly value: unknown;
}

/** Ends an answer without reading it. */
async function drain(answer: Answer): Promise<void> {
  const body = answer.body[Symbol.asyncIterator]();
  await body.return?.(undefined);
}

function endpointOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password)
    throw new HubFailure(
      "HF_ENDPOINT must be an address like https://huggingface.co, without a password in it.",
    );
  url.pathname = url.pathname.replace(/\/*$/, "/");
  return url;
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** Nobody on the way can read along. */
function isPrivate(url: URL): boolean {
  return url.protocol === "https:" || isLoopback(url);
}

/** Never from an encrypted connection to a plain one, nor from the outside to this machine. */
function isSafe(next: URL, from: URL): boolean {
  if (next.username || next.password) return false;
  if (next.origin === from.origin) return true;
  return isPrivate(next) && (!isLoopback(next) || isLoopback(from));
}
