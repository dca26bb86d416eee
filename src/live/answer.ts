import { cleanText } from "./clean";
import { LiveFailure, type MissingRight } from "./failure";
import { isRecord } from "../base/record";
import { numberField, textField } from "./shape";

/** An HTTP answer that arrived whole. */
export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly retryAfter: string | undefined;
  readonly body: string;
}

/** What was asked, so that a refusal can name the right that is missing. */
export interface Asked {
  readonly verb: "get" | "list" | "create";
  /** Empty for the core group. */
  readonly group: string;
  /** `pods`, `services/proxy`. */
  readonly resource: string;
  readonly namespace: string | undefined;
  /** A name for messages: `the pods`, `Prometheus`. */
  readonly what: string;
}

const CODES: Readonly<Record<number, AnswerCode>> = {
  400: "bad-request",
  401: "unauthorized",
  403: "forbidden",
  404: "not-found",
  410: "gone",
  429: "too-many-requests",
  502: "unavailable",
  503: "unavailable",
  504: "unavailable",
};

/**
 * The failure that an answer stands for, or undefined when it is a good one. The API server speaks of itself in a `Status`
 * object; anything else behind the proxy path was said by the server behind it.
 */
export function failureOf(answer: HttpAnswer, asked: Asked): LiveFailure | undefined {
  if (answer.status >= 200 && answer.status < 300) return undefined;
  const status = statusObject(answer);
  const proxied = asked.resource.endsWith("/proxy");
  const fromServer = status !== undefined || !proxied;
  const code: AnswerCode =
    answer.status >= 300 && answer.status < 400
      ? "redirect"
      : (CODES[answer.status] ?? (answer.status >= 500 ? "server-error" : "bad-request"));
  const missing = fromServer && code === "forbidden" ? rightOf(asked) : undefined;
  const said = status ? cleanText(textField(status, "message") ?? "", 160) : "";
  return new LiveFailure(
    fromServer ? "api-server" : "upstream",
    code,
    words(code, asked, fromServer, proxied ? said : ""),
    retryAfterSeconds(answer, status),
    missing,
  );
}

function statusObject({ contentType, body }: HttpAnswer): Record<string, unknown> | undefined {
  if (!contentType.includes("json") || body.length > 100_000) return undefined;
  try {
    const value: unknown = JSON.parse(body);
    return isRecord(value) && value.kind === "Status" ? value : undefined;
  } catch {
    return undefined; // Not JSON after all, so not the API server's own.
  }
}

function rightOf({ verb, group, resource, namespace }: Asked): MissingRight {
  return { verb, group, resource, namespace };
}

type AnswerCode =
  | "unauthorized"
  | "forbidden"
  | "not-found"
  | "gone"
  | "too-many-requests"
  | "unavailable"
  | "redirect"
  | "bad-request"
  | "server-error";

function words(code: AnswerCode, asked: Asked, fromServer: boolean, said: string): string {
  const who = fromServer ? "The API server" : asked.what;
  const where = asked.namespace === undefined ? "in all namespaces" : `in namespace ${asked.namespace}`;
  switch (code) {
    case "unauthorized":
      return fromServer
        ? "The API server does not accept the credentials of this context."
        : `${asked.what} wants a login of its own, which the API server's proxy does not pass on.`;
    case "forbidden":
      return fromServer
        ? `Not allowed to ${asked.verb} ${asked.resource} ${where}.`
        : `${asked.what} refuses to answer (403).`;
    case "not-found":
      return `${who} does not have ${fromServer ? asked.what : "this path"} (404).`;
    case "gone":
      return `${who} no longer has the version that was asked for (410).`;
    case "too-many-requests":
      return `${who} asks for fewer requests (429).`;
    case "unavailable":
      return said !== "" && /no endpoints available|no service port/.test(said)
        ? `${asked.what} has nothing running behind it (503).`
        : `${who} is not available at the moment.`;
    case "redirect":
      return `${who} answers with a redirect, which is not followed.`;
    case "bad-request":
      return `${who} does not understand the request.`;
    case "server-error":
      return `${who} failed to answer.`;
  }
}

/** Longest wait that a server may ask for: what is longer is a mistake. */
const LONGEST_WAIT = 120;

function retryAfterSeconds(
  answer: HttpAnswer,
  status: Record<string, unknown> | undefined,
): number | undefined {
  const details = status && isRecord(status.details) ? status.details : undefined;
  const asked = Number(answer.retryAfter ?? numberField(details, "retryAfterSeconds") ?? NaN);
  return Number.isFinite(asked) && asked >= 0 ? Math.min(asked, LONGEST_WAIT) : undefined;
}
