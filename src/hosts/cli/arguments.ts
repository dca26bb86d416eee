import { parseArgs, type ParseArgsConfig } from "node:util";
import { nearest } from "../../features/settings/config-file";
import { UsageError } from "./exit";

type Options = NonNullable<ParseArgsConfig["options"]>;
type Value = string | boolean | readonly (string | boolean)[] | undefined;

interface Parsed {
  readonly values: Readonly<Record<string, Value>>;
  readonly positionals: readonly string[];
}

/** `node:util`'s parser, its errors as ours. */
export function parse(command: string, args: readonly string[], options: Options): Parsed {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(messageOf(error, options) + seeHelp(command));
  }
}

/** Node explains how to pass a positional that looks like an option; nobody asked. */
function messageOf(error: unknown, options: Options): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const option = /'(-[^' ,]*)/.exec(message)?.[1] ?? "";
  if (code === "ERR_PARSE_ARGS_UNKNOWN_OPTION") {
    const near = nearest(option.replace(/^-+/, ""), Object.keys(options));
    return `unknown option ${option}${near === undefined ? "" : `; did you mean --${near}?`}`;
  }
  return message.charAt(0).toLowerCase() + message.slice(1);
}

export function seeHelp(command?: string): string {
  return `\nSee \`vllm-k8s ${command === undefined ? "" : command + " "}--help\`.`;
}

export function textOf(value: Value): string | undefined {
  return typeof value === "string" ? value : undefined;
}

export function booleanOf(value: Value): boolean {
  return value === true;
}

export function choiceOf<T extends string>(
  command: string,
  option: string,
  value: Value,
  choices: readonly T[],
  otherwise: T,
): T {
  if (value === undefined) return otherwise;
  const chosen = choices.find((choice) => choice === value);
  if (chosen !== undefined) return chosen;
  throw new UsageError(
    `--${option} must be one of ${choices.join(", ")}, not ${JSON.stringify(value)}${seeHelp(command)}`,
  );
}
