import type { IncomingMessage, ServerResponse } from "node:http";
import { sendStatus, sendText } from "./status";

export type FaultKind =
  | "slow"
  | "hang"
  | "reset"
  | "reset-mid-body"
  | "drip"
  | "401"
  | "404"
  | "410"
  | "429"
  | "500"
  | "503"
  | "html"
  | "huge"
  | "redirect"
  | "not-json"
  | "10000-series";

/** Spoils requests whose path matches, until it is taken away or has struck often enough. */
export interface Fault {
  readonly path: RegExp;
  readonly kind: FaultKind;
  /** How often; for ever when left out. */
  times?: number;
}

/** Strikes a request; true when nothing is left to answer. */
export async function strike(
  fault: Fault,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  switch (fault.kind) {
    case "slow":
      await new Promise((resolve) => setTimeout(resolve, 400));
      return false;
    case "hang":
      return true;
    case "reset":
      request.socket.destroy();
      return true;
    case "reset-mid-body":
      response.writeHead(200, { "content-type": "application/json", "content-length": "5000" });
      response.write('{"status":"success","data":{"resultType":"vector","result":[');
      setTimeout(() => request.socket.destroy(), 20);
      return true;
    case "drip":
      drip(response);
      return true;
    case "huge":
      pour(response);
      return true;
    case "10000-series":
      response.writeHead(200, { "content-type": "application/json" });
      response.end(manySeries());
      return true;
    case "401":
    case "404":
    case "410":
    case "429":
    case "500":
    case "503":
    case "html":
    case "redirect":
    case "not-json":
      answerWith(fault.kind, response);
      return true;
  }
}

type Answered = "401" | "404" | "410" | "429" | "500" | "503" | "html" | "redirect" | "not-json";

function answerWith(kind: Answered, response: ServerResponse): void {
  switch (kind) {
    case "401":
      return sendStatus(response, { code: 401, reason: "Unauthorized", message: "Unauthorized" });
    case "404":
      return sendStatus(response, {
        code: 404,
        reason: "NotFound",
        message: 'services "prometheus" not found',
      });
    case "410":
      return sendStatus(response, { code: 410, reason: "Expired", message: "too old resource version" });
    case "429":
      return sendText(response, 429, "Too many requests, please try again later.\n", { "retry-after": "7" });
    case "500":
      return sendStatus(response, { code: 500, reason: "", message: "error trying to reach service: EOF" });
    case "503":
      return sendStatus(response, {
        code: 503,
        reason: "ServiceUnavailable",
        message: 'no endpoints available for service "prometheus"',
      });
    case "html":
      response
        .writeHead(200, { "content-type": "text/html" })
        .end("<html><script>alert(1)</script>Log in</html>");
      return;
    case "redirect":
      response.writeHead(302, { location: "http://169.254.169.254/latest/meta-data" }).end();
      return;
    case "not-json":
      sendText(response, 200, "{ this is no JSON");
  }
}

function drip(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "application/json" });
  const timer = setInterval(() => response.write(" "), 50);
  response.on("close", () => clearInterval(timer));
}

/** A hundred megabytes, as fast as they are taken. */
function pour(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "application/json" });
  const block = Buffer.alloc(1_000_000, 32);
  let left = 100;
  const more = (): void => {
    while (left > 0 && !response.destroyed) {
      left--;
      if (!response.write(block)) {
        response.once("drain", more);
        return;
      }
    }
    response.end();
  };
  more();
}

function manySeries(): string {
  const result = Array.from({ length: 10_000 }, (_, i) => ({
    metric: { pod: `pod-${i}` },
    value: [Date.now() / 1000, String(i)],
  }));
  return JSON.stringify({ status: "success", data: { resultType: "vector", result } });
}
