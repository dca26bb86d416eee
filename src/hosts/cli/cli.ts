import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { checklist } from "./checklist";
import { nearest } from "../../features/settings/config-file";
import { seeHelp } from "./arguments";
import { calibrate } from "./calibrate";
import { EXIT, UsageError, type ExitCode } from "./exit";
import { explain } from "./explain";
import { fix } from "./fix";
import { generate } from "./generate";
import { HELP, MAIN_HELP } from "./help";
import { init } from "./init";
import type { Io } from "./io";
import { languageServer } from "./language-server";
import { lint } from "./lint";
import { migrate } from "./migrate";
import { simulate } from "./simulate";
import { size } from "./size";
import { VERSION } from "./version";

type Command = (args: readonly string[], io: Io) => ExitCode | Promise<ExitCode>;

const COMMANDS: Readonly<Record<string, Command>> = {
  lint,
  fix,
  size,
  simulate,
  generate,
  init,
  calibrate,
  checklist,
  migrate,
  explain,
  lsp: languageServer,
};

/** Runs one command; everything a person did wrong ends in a sentence and exit code 2. */
export async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  try {
    return await dispatch(argv, io);
  } catch (error) {
    // Node's own exit code for an uncaught error, 1, means findings here.
    const isOurs = error instanceof UsageError;
    io.err(isOurs ? `vllm-k8s: ${error.message}\n` : `vllm-k8s: bug: ${stackOf(error)}\n`);
    return EXIT.failure;
  }
}

function stackOf(error: unknown): string {
  return (error instanceof Error ? error.stack : undefined) ?? String(error);
}

function dispatch([name, ...args]: readonly string[], io: Io): ExitCode | Promise<ExitCode> {
  if (name === undefined) {
    io.err(MAIN_HELP);
    return EXIT.failure;
  }
  if (name === "--version" || name === "-V") return print(`${VERSION}\n`, io);
  if (name === "--help" || name === "-h" || name === "help") return print(helpFor(args[0]), io);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) throw new UsageError(unknownCommand(name, io));
  return wantsHelp(args) ? print(helpFor(name), io) : command(args, io);
}

function print(text: string, io: Io): ExitCode {
  io.out(text);
  return EXIT.clean;
}

/** After `--`, everything is a path. */
function wantsHelp(args: readonly string[]): boolean {
  const options = args.includes("--") ? args.slice(0, args.indexOf("--")) : args;
  return options.includes("--help") || options.includes("-h");
}

function helpFor(name: string | undefined): string {
  return (name !== undefined && Object.hasOwn(HELP, name) ? HELP[name] : undefined) ?? MAIN_HELP;
}

function unknownCommand(name: string, io: Io): string {
  if (name.startsWith("-")) return `unknown option ${name}${seeHelp()}`;
  if (existsSync(resolve(io.cwd, name)))
    return `unknown command ${JSON.stringify(name)}; did you mean \`vllm-k8s lint ${name}\`?`;
  const near = nearest(name, Object.keys(COMMANDS));
  return `unknown command ${JSON.stringify(name)}${near === undefined ? "" : `; did you mean ${near}?`}${seeHelp()}`;
}
