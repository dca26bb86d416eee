import type { Asked, HttpAnswer } from "../../../../live/answer";

export interface RequestOptions {
  readonly signal: AbortSignal;
  /** Bytes of a body that are read at most. */
  readonly most?: number | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Reads from one cluster as one person. There is no way to write through it. */
export interface Transport {
  /** The answer of a GET that succeeded; everything else is thrown as a `LiveFailure`. */
  get(path: string, asked: Asked, options: RequestOptions): Promise<HttpAnswer>;
  /** After a sleep: connections that may be dead are not used again. */
  dropConnections(): void;
  dispose(): void;
}

/** A whole request with its body, however slowly it comes. */
export const DEADLINE_MS = 10_000;
export const MOST_BYTES = 8 * 1024 * 1024;
