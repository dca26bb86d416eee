import { window, type Disposable, type LogOutputChannel } from "vscode";

/** The output channel, made when there is first something to say. */
export class Log implements Disposable {
  private channel: LogOutputChannel | undefined;

  private get output(): LogOutputChannel {
    return (this.channel ??= window.createOutputChannel("vLLM Kubernetes Tools", { log: true }));
  }

  info(message: string): void {
    this.output.info(message);
  }

  /** A failure of our own: it goes here and nowhere else. */
  error(what: string, error: unknown): void {
    this.output.error(`${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }

  dispose(): void {
    this.channel?.dispose();
  }
}
