import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A Hub on this machine that answers as a test wants. */
export class FakeHub {
  /** What was asked for, and with which token. */
  readonly asked: { readonly url: string; readonly token: string | undefined }[] = [];
  private readonly server: Server;
  private handler: Handler = (_, response) => response.writeHead(404).end();

  private constructor() {
    this.server = createServer((request, response) => {
      this.asked.push({ url: request.url ?? "", token: request.headers.authorization });
      // A client that has read enough hangs up.
      response.on("error", () => undefined);
      this.handler(request, response);
    });
  }

  static async start(): Promise<FakeHub> {
    const hub = new FakeHub();
    await new Promise<void>((resolve) => hub.server.listen(0, "127.0.0.1", resolve));
    return hub;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  answer(handler: Handler): void {
    this.handler = handler;
    this.asked.length = 0;
  }

  /** Files by path; a listing for the API; all else is missing. */
  serve(files: Readonly<Record<string, string>>): void {
    this.answer((request, response) => {
      const text = files[request.url ?? ""];
      if (text === undefined) response.writeHead(404).end("Entry not found");
      else response.writeHead(200, { "content-type": "application/json" }).end(text);
    });
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

export const CONFIG = JSON.stringify({
  architectures: ["LlamaForCausalLM"],
  hidden_size: 512,
  intermediate_size: 2048,
  num_hidden_layers: 8,
  num_attention_heads: 8,
  vocab_size: 32000,
  max_position_embeddings: 8192,
  torch_dtype: "bfloat16",
});

export const LISTING = JSON.stringify([
  { type: "directory", path: "original", size: 0 },
  { type: "file", path: "config.json", size: 700 },
  { type: "file", path: "consolidated.safetensors", size: 999_999_999 },
  {
    type: "file",
    path: "model-00001-of-00002.safetensors",
    size: 5_000_000_000,
    lfs: { size: 5_000_000_000 },
  },
  { type: "file", path: "model-00002-of-00002.safetensors", size: 1_442_450_944 },
  { type: "file", path: "pytorch_model.bin", size: 6_000_000_000 },
]);

export const FILES = {
  "/acme/chat/resolve/main/config.json": CONFIG,
  "/api/models/acme/chat/tree/main": LISTING,
};
