import { knownText, type Word } from "../shell/word";

/** What a command line runs, and where its arguments begin. */
export type Program =
  /** `eval WORDS`: they are joined to a script. */
  | { readonly kind: "eval"; readonly args: number }
  | { readonly kind: "serve" | "api-server" | "wrapper" | "maybe-wrapper"; readonly args: number }
  /** `bash -c SCRIPT`: the script's index and where `$1` begins. */
  | { readonly kind: "shell"; readonly script: number; readonly args: number }
  /** `bash FILE`. */
  | { readonly kind: "script-file"; readonly file: number; readonly args: number }
  | { readonly kind: "other" };

/** Programs that run another one given in their arguments. */
const RUNS_ANOTHER =
  /^(exec|env|nohup|time|tini|dumb-init|stdbuf|nice|ionice|numactl|taskset|timeout|sudo|nsys|ncu|uv|uvx|conda|micromamba|poetry|pipenv|opentelemetry-instrument|ddtrace-run|mpirun|torchrun|ray|command|builtin|setsid|xargs|chroot|gosu|su-exec|catchsegv|nvidia_entrypoint\.sh|entrypoint\.sh|docker-entrypoint\.sh)$/;

const SHELL = /^(ba|da|a|z|k)?sh$/;

/** Modules run with `python -m`. */
const API_SERVER = /^vllm\.entrypoints\.(openai\.)?api_server$/;
const COMMAND_LINE = /^(vllm|vllm\.entrypoints\.cli\.main|vllm\.scripts|vllm\.__main__)$/;
/** Programs around vLLM's engine that take its options beside their own. */
const WRAPPER = /^(dynamo\.vllm(\.main)?|vllm_tgis_adapter|vllm_rs\.server)$/;

/** Serves with vLLM or without: only a container that configures vLLM tells. */
const MAYBE_WRAPPER = /^huggingfaceserver$/;

const API_SERVER_FILE = /(^|\/)vllm\/entrypoints\/(openai\/)?api_server\.py$/;
const WRAPPER_FILE = /(^|\/)(vllm\/inference_api|run_vllm_api_server|vllm_server|vllm_api_server)\.py$/;

export function programOf(words: readonly Word[]): Program {
  if (baseName(words[0]) === "eval") return { kind: "eval", args: 1 };
  const first = programAt(words, 0);
  if (first) return first;
  if (!RUNS_ANOTHER.test(baseName(words[0]))) return { kind: "other" };
  for (let i = 1; i < words.length; i++) {
    const found = programAt(words, i);
    if (found) return found;
  }
  return { kind: "other" };
}

/** The file name of a word that is a path or a name; empty when it is not known. */
function baseName(word: Word | undefined): string {
  return (knownText(word) ?? "").split("/").at(-1) ?? "";
}

function programAt(words: readonly Word[], at: number): Program | undefined {
  const name = baseName(words[at]);
  const next = knownText(words[at + 1]);
  if (/^vllm(-omni)?$/.test(name)) return next === "serve" ? { kind: "serve", args: at + 2 } : undefined;
  if (SHELL.test(name)) return shellAt(words, at + 1);
  if (/^(python|pypy)\d*(\.\d+)?$/.test(name)) return pythonAt(words, at + 1);
  const whole = knownText(words[at]) ?? "";
  if (API_SERVER_FILE.test(whole)) return { kind: "api-server", args: at + 1 };
  if (WRAPPER_FILE.test(whole)) return { kind: "wrapper", args: at + 1 };
  return undefined;
}

/** Finds the script behind a shell's options: `-c`, `-lc`, `-euo pipefail -c`. */
function shellAt(words: readonly Word[], from: number): Program | undefined {
  let takesScript = false;
  for (let i = from; i < words.length; i++) {
    const text = words[i]?.text.text ?? "";
    if (text === "--") continue;
    if (!/^[-+]/.test(text)) {
      return takesScript
        ? { kind: "shell", script: i, args: i + 2 }
        : { kind: "script-file", file: i, args: i + 1 };
    }
    if (text.startsWith("--")) continue;
    if (text.includes("c")) takesScript = true;
    if (/[oO]$/.test(text)) i++;
  }
  return undefined;
}

function pythonAt(words: readonly Word[], from: number): Program | undefined {
  for (let i = from; i < words.length; i++) {
    const text = knownText(words[i]) ?? "";
    if (text === "-m") return moduleAt(words, i + 1);
    if (text === "-X" || text === "-W") i++;
    else if (text === "-c") return undefined;
    else if (!text.startsWith("-")) return fileAt(words, i);
  }
  return undefined;
}

function moduleAt(words: readonly Word[], at: number): Program | undefined {
  const module = knownText(words[at]) ?? "";
  if (API_SERVER.test(module)) return { kind: "api-server", args: at + 1 };
  if (WRAPPER.test(module)) return { kind: "wrapper", args: at + 1 };
  if (MAYBE_WRAPPER.test(module)) return { kind: "maybe-wrapper", args: at + 1 };
  if (!COMMAND_LINE.test(module)) return undefined;
  return knownText(words[at + 1]) === "serve" ? { kind: "serve", args: at + 2 } : undefined;
}

function fileAt(words: readonly Word[], at: number): Program | undefined {
  const file = knownText(words[at]) ?? "";
  if (API_SERVER_FILE.test(file)) return { kind: "api-server", args: at + 1 };
  if (WRAPPER_FILE.test(file)) return { kind: "wrapper", args: at + 1 };
  // `python /usr/local/bin/vllm serve`
  if (/(^|\/)vllm$/.test(file) && knownText(words[at + 1]) === "serve")
    return { kind: "serve", args: at + 2 };
  return undefined;
}
