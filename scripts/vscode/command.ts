import { spawn } from "node:child_process";

export interface CommandResult {
  code: number;
  /** Standard output and error, interleaved as they came. */
  output: string;
}

/** Runs a program to its end and keeps what it said; a program that cannot be started counts as code 127. */
export function runCommand(
  program: string,
  args: string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const keep = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("error", (error) => resolve({ code: 127, output: `${output}${error.message}\n` }));
    child.on("close", (code, signal) => {
      resolve({ code: code ?? 1, output: signal ? `${output}ended by ${signal}\n` : output });
    });
  });
}

export function lastLines(text: string, count: number): string {
  return text.trimEnd().split("\n").slice(-count).join("\n");
}

/**
 * The environment for programs that must not take this process for their parent project: under `npm test`, npm
 * would otherwise install into our tree, and inside VS Code's own terminal a server would attach to that window.
 */
export function detachedEnv(): NodeJS.ProcessEnv {
  const foreign =
    /^(npm_config_local_prefix|npm_package_|npm_lifecycle_|npm_command$|VSCODE_|ELECTRON_|NODE_OPTIONS$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}
