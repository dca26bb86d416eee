import { commandsOf } from "../shell/commands";
import type { Variables } from "../shell/scope";
import { maskPlaceholders } from "../shell/template";
import { TracedBuilder, type Traced } from "../shell/traced";
import { knownText, wordOf, type SimpleCommand, type Word } from "../shell/word";
import { programOf } from "./programs";

/** The command that starts a server. */
export interface Start {
  readonly entry: "serve" | "api-server" | "wrapper";
  /** The words behind `serve` or the module's name. */
  readonly args: readonly Word[];
  /** The shell command; undefined when the words are list items. */
  readonly command: SimpleCommand | undefined;
  /** The script starts Ray too: the server is one of several pods. */
  readonly ray: boolean;
  /** The script starts a server in more than one branch: which of them runs is not known. */
  readonly alternatives: boolean;
  /** The script runs something beside the server, which may listen as well. */
  readonly accompanied: boolean;
}

/** What a container's words run: a server, a shell whose script nobody can see, or something else. */
export type Run = { readonly kind: "server"; readonly start: Start } | { readonly kind: "hidden" | "other" };

export interface RunContext {
  readonly variables: Variables;
  /** The text of a file that a ConfigMap puts into the container. */
  readonly file: (path: string) => Traced | undefined;
  /** The container has variables of vLLM's. */
  readonly configuresVllm: boolean;
}

const MAX_NESTING = 5;

export function runOf(words: readonly Word[], context: RunContext): Run {
  return runWords(words, undefined, context, 0);
}

type Command = SimpleCommand | undefined;

function runWords(words: readonly Word[], command: Command, context: RunContext, depth: number): Run {
  const program = programOf(words);
  switch (program.kind) {
    case "maybe-wrapper":
    case "serve":
    case "api-server":
    case "wrapper": {
      if (program.kind === "maybe-wrapper" && !context.configuresVllm) return { kind: "other" };
      const entry = program.kind === "maybe-wrapper" ? "wrapper" : program.kind;
      const args = words.slice(program.args);
      return {
        kind: "server",
        start: { entry, args, command, ray: false, alternatives: false, accompanied: false },
      };
    }
    case "shell": {
      const script = words[program.script]?.text;
      const rest = words.slice(program.args);
      if (script === undefined || depth > MAX_NESTING) return { kind: "other" };
      // `args: ["-c", "vllm", "serve", "model"]` runs a bare `vllm`; what was meant is plain.
      if (/^\s*vllm\s*$/.test(script.text)) {
        return runWords([wordOf(script), ...words.slice(program.script + 1)], command, context, depth + 1);
      }
      return runScript(script, rest, context, depth + 1);
    }
    case "eval":
      return depth > MAX_NESTING
        ? { kind: "other" }
        : runScript(joined(words.slice(program.args)), [], context, depth + 1);
    case "script-file": {
      const path = knownText(words[program.file]);
      const script = path === undefined ? undefined : context.file(path);
      if (script === undefined || depth > MAX_NESTING) return { kind: "hidden" };
      return runScript(script, words.slice(program.args), context, depth + 1);
    }
    case "other":
      return runFile(words, context, depth);
  }
}

function joined(words: readonly Word[]): Traced {
  const out = new TracedBuilder();
  for (const [i, word] of words.entries()) {
    if (i > 0) out.replace(" ", word.text, 0, 0);
    out.copy(word.text);
  }
  return out.build();
}

/** A script from a ConfigMap may be run by its own path. */
function runFile(words: readonly Word[], context: RunContext, depth: number): Run {
  const path = knownText(words[0]);
  if (path === undefined) return { kind: words.length === 0 ? "other" : "hidden" };
  const script = path.startsWith("/") && depth <= MAX_NESTING ? context.file(path) : undefined;
  return script === undefined ? { kind: "other" } : runScript(script, words.slice(1), context, depth + 1);
}

function runScript(script: Traced, rest: readonly Word[], context: RunContext, depth: number): Run {
  const commands = commandsOf(maskPlaceholders(script), context.variables, rest);
  const starts: Start[] = [];
  let hidden = false;
  let conditional = false;
  for (const command of commands) {
    const run = runWords(command.words, command, context, depth);
    if (run.kind === "hidden") hidden = true;
    if (run.kind !== "server") continue;
    starts.push(run.start);
    conditional ||= command.conditional;
  }
  const [first] = starts.toSorted((a, b) => rank(a) - rank(b));
  if (first === undefined) return { kind: hidden ? "hidden" : "other" };
  const ray = first.ray || commands.some(startsRay);
  const alternatives = first.alternatives || (starts.length > 1 && conditional);
  const accompanied =
    first.accompanied || (commands.length > 1 && commands.some(({ background }) => background));
  return { kind: "server", start: { ...first, ray, alternatives, accompanied } };
}

/** Of several, the one that answers requests. */
function rank(start: Start): number {
  return start.args.some((word) => word.text.text === "--headless") ? 1 : 0;
}

function startsRay(command: SimpleCommand): boolean {
  const texts = command.words.slice(0, 4).map((word) => word.text.text);
  if (texts.some((text) => /multi-node-serving\.sh$/.test(text))) return true;
  return /(^|\/)ray$/.test(texts[0] ?? "") && texts[1] === "start";
}
