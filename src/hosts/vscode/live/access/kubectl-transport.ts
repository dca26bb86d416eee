import { spawn } from "node:child_process";
import type { Asked, HttpAnswer } from "../../../../live/answer";
import { failureOf } from "../../../../live/answer";
import { LiveFailure } from "../../../../live/failure";
import { networkFailure } from "./failures";
import { DEADLINE_MS, MOST_BYTES, type RequestOptions, type Transport } from "./transport";

/** What kubectl prints of an answer that was not good, by the status it stands for. */
const REASONS: readonly (readonly [pattern: RegExp, status: number])[] = [
  [/\(Unauthorized\)|must be logged in/, 401],
  [/\(Forbidden\)/, 403],
  [/\(NotFound\)/, 404],
  [/\(Expired\)|\(Gone\)/, 410],
  [/\(TooManyRequests\)|too many requests/i, 429],
  [/\(ServiceUnavailable\)/, 503],
  [/\(BadRequest\)/, 400],
  [/\(InternalError\)|Error from server/, 500],
];

/**
 * `kubectl get --raw` for kubeconfigs that use what our own client does not speak. A process a request costs some 100 ms, so
 * it is the second choice.
 */
export class KubectlTransport implements Transport {
  private readonly ended = new AbortController();

  constructor(
    private readonly program: string,
    private readonly context: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  async get(path: string, asked: Asked, { signal, most = MOST_BYTES }: RequestOptions): Promise<HttpAnswer> {
    const args = [
      "--context",
      this.context,
      "get",
      "--raw",
      path,
      `--request-timeout=${DEADLINE_MS / 1000}s`,
    ];
    const deadline = AbortSignal.timeout(DEADLINE_MS * 2);
    const any = AbortSignal.any([signal, deadline, this.ended.signal]);
    const { code, output, errors } = await this.run(args, any, most).catch((error: unknown) => {
      throw deadline.aborted ? networkFailure("timeout") : error;
    });
    if (code === 0) return { status: 200, contentType: "", retryAfter: undefined, body: output };
    throw failureFor(errors, asked);
  }

  private run(
    args: readonly string[],
    signal: AbortSignal,
    most: number,
  ): Promise<{ code: number | null; output: string; errors: string }> {
    return new Promise((resolve, reject) => {
      const child = spawn(this.program, args, {
        env: this.env,
        signal,
        stdio: ["ignore", "pipe", "pipe"],
        windowsHide: true,
      });
      const chunks: Buffer[] = [];
      let size = 0;
      let errors = "";
      child.stdout.on("data", (chunk: Buffer) => {
        size += chunk.length;
        chunks.push(chunk);
        if (size <= most) return;
        child.kill("SIGKILL");
        reject(networkFailure("too-large"));
      });
      child.stderr.on("data", (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-4000)));
      child.once("error", (error: NodeJS.ErrnoException) =>
        reject(error.name === "AbortError" ? networkFailure("cancelled") : kubectlMissing()),
      );
      child.once("close", (code) =>
        resolve({ code, output: Buffer.concat(chunks).toString("utf8"), errors }),
      );
    });
  }

  dropConnections(): void {
    // Each request is a process of its own, and has a connection of its own.
  }

  dispose(): void {
    this.ended.abort();
  }
}

function failureFor(errors: string, asked: Asked): LiveFailure {
  const status = REASONS.find(([pattern]) => pattern.test(errors))?.[1];
  if (status === undefined)
    return networkFailure(/certificate|x509/.test(errors) ? "certificate-unknown" : "refused");
  // kubectl tells apart neither who refused; for a proxied path it prints what the server behind it said.
  const body = JSON.stringify({ kind: "Status" });
  const failure = failureOf({ status, contentType: "application/json", retryAfter: undefined, body }, asked);
  return failure ?? networkFailure("reset");
}

export function kubectlMissing(): LiveFailure {
  return new LiveFailure(
    "credentials",
    "unsupported",
    "This kubeconfig needs kubectl, which is not installed or not on the PATH of VS Code. Install it from https://kubernetes.io/docs/tasks/tools/ (Debian: kubernetes-client).",
  );
}
