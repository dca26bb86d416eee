import { readFileSync } from "node:fs";

/** What the command line reads from and writes to; a value, so that nothing below asks `process`. */
export interface Io {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** True when output goes to a person's terminal. */
  readonly isTerminal: boolean;
  /** What a thread runs to help: the program itself. */
  readonly program: string;
  out(text: string): void;
  err(text: string): void;
  readStdin(): Buffer;
}

export function processIo(program: string): Io {
  // `vllm-k8s lint | head` closes the pipe early: no reason to complain.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(process.exitCode);
  });
  return {
    cwd: process.cwd(),
    env: process.env,
    program,
    isTerminal: process.stdout.isTTY === true,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    readStdin: () => readFileSync(0),
  };
}
