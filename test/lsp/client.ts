import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Cli } from "../cli/run-cli";

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** A client that speaks the protocol by itself: framed JSON over the pipes of `vllm-k8s lsp`. */
export class Client {
  readonly notifications: Message[] = [];
  /** Requests of the server: watching files, asking to refresh. */
  readonly asked: string[] = [];
  private readonly server: ChildProcess;
  private readonly pending = new Map<number, (message: Message) => void>();
  private buffer = Buffer.alloc(0);
  private nextId = 1;
  private wakeUp: () => void = () => undefined;
  readonly ended: Promise<number | null>;

  constructor(private readonly cli: Cli) {
    this.server = spawn(process.execPath, [cli.bundle, "lsp", "--stdio"], { cwd: cli.folder });
    this.server.stdout?.on("data", (chunk: Buffer) => this.read(chunk));
    this.ended = new Promise((resolve) => this.server.on("close", (code) => resolve(code)));
  }

  uri(name: string): string {
    return pathToFileURL(join(this.cli.folder, name)).href;
  }

  notify(method: string, params: unknown): void {
    this.send({ method, params });
  }

  async request<T>(method: string, params?: unknown): Promise<T> {
    const id = this.nextId++;
    const answer = new Promise<Message>((resolve) => this.pending.set(id, resolve));
    this.send({ id, method, params });
    const { result, error } = await answer;
    if (error) throw new Error(error.message);
    return result as T;
  }

  async start(capabilities: object, initializationOptions?: object): Promise<Record<string, unknown>> {
    const params = { processId: process.pid, rootUri: this.uri("."), capabilities, initializationOptions };
    const { capabilities: offered } = await this.request<{ capabilities: Record<string, unknown> }>(
      "initialize",
      params,
    );
    this.notify("initialized", {});
    return offered;
  }

  open(name: string, text: string): void {
    this.notify("textDocument/didOpen", {
      textDocument: { uri: this.uri(name), languageId: "yaml", version: 1, text },
    });
  }

  /** The parameters of the first notification of a sort, of those that came or of those to come, that is the one looked for. */
  async heard<T>(method: string, isIt: (params: T) => boolean): Promise<T> {
    for (;;) {
      const found = this.notifications.find((each) => each.method === method && isIt(each.params as T));
      if (found) return found.params as T;
      await new Promise<void>((resolve) => (this.wakeUp = resolve));
    }
  }

  async stop(): Promise<number | null> {
    await this.request("shutdown");
    this.notify("exit", undefined);
    return this.ended;
  }

  kill(): void {
    this.server.kill();
  }

  private send(message: object): void {
    const body = JSON.stringify({ jsonrpc: "2.0", ...message });
    this.server.stdin?.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  private read(chunk: Buffer): void {
    this.buffer = Buffer.concat([this.buffer, chunk]);
    for (;;) {
      const end = this.buffer.indexOf("\r\n\r\n");
      const length = Number(/Content-Length: (\d+)/i.exec(this.buffer.toString("latin1", 0, end))?.[1]);
      if (end === -1 || this.buffer.length < end + 4 + length) return;
      const body = this.buffer.toString("utf8", end + 4, end + 4 + length);
      this.buffer = this.buffer.subarray(end + 4 + length);
      this.take(JSON.parse(body) as Message);
    }
  }

  private take(message: Message): void {
    if (message.method === undefined) {
      this.pending.get(message.id ?? 0)?.(message);
    } else if (message.id !== undefined) {
      this.asked.push(message.method);
      this.send({ id: message.id, result: null });
    } else {
      this.notifications.push(message);
      this.wakeUp();
    }
  }
}
