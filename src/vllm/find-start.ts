import type { Container, Environment, ObjectLookup } from "../kubernetes";
import { UNKNOWN } from "../shell/traced";
import { isHole, knownText, type Word } from "../shell/word";
import type { YamlSeq } from "../yaml/node";
import { argumentList, variablesOf } from "./argv";
import { mountedFile } from "./config-file";
import { matchFlag } from "./flags";
import { knownImage, roleOf } from "./image";
import type { ServerEntry, ServerImage } from "./model";
import { runOf, type Start } from "./start";
import { isAtLeast, type VllmVersion } from "./version";
import { traceSource } from "../shell/template";

/** How a container starts a vLLM server. */
export interface FoundStart {
  readonly entry: ServerEntry;
  readonly args: readonly Word[];
  /** The start as part of a shell script; undefined when the words are list items. */
  readonly shell: Start["command"];
  /** The list that the arguments stand in. */
  readonly list: YamlSeq | undefined;
  readonly ray: boolean;
  /** Its script runs something beside it. */
  readonly accompanied?: boolean;
  /** Arguments may come from places that are not in view. */
  readonly open: boolean;
}

export interface Surroundings {
  readonly environment: Environment;
  readonly image: ServerImage | undefined;
  readonly version: VllmVersion;
  readonly lookup: ObjectLookup;
}

/**
 * A container is a vLLM server when its command or arguments start one, or when its image does so by itself and nothing else
 * is run. Routers, clients, simulators and scripts out of view are not.
 */
export function findStart(container: Container, around: Surroundings): FoundStart | undefined {
  const command = argumentList(container, "command", around.environment);
  const args = argumentList(container, "args", around.environment);
  const words = [...command.words, ...args.words];
  const run = runOf(words, {
    variables: variablesOf(around.environment, container.pod.partial),
    configuresVllm: [...around.environment.variables.keys()].some((name) => name.startsWith("VLLM_")),
    file: (path) => {
      const scalar = mountedFile(container, path, around.lookup);
      return scalar && traceSource(scalar);
    },
  });
  const list = args.node ?? command.node;
  if (run.kind === "server") {
    const { start } = run;
    return {
      entry: start.entry,
      args: start.args,
      shell: start.command,
      list,
      ray: start.ray,
      accompanied: start.accompanied,
      // A patch that changes the command alone keeps the arguments of what it patches.
      open: start.alternatives || (container.pod.partial && !args.present && start.command === undefined),
    };
  }
  // `command: [MODEL, --flag …]` replaces the entrypoint by mistake; what was meant is plain.
  if (command.present) {
    return beginsLikeArguments(words, false) && isVllmLike(words, container, around)
      ? byArguments(words, list, container, around)
      : undefined;
  }
  if (args.present) return byArguments(args.words, list, container, around);
  // Ray's operator gives its containers a command, so that the image's own does not count.
  if (!startsByItself(around.image) || container.pod.object.group === "ray.io") return undefined;
  return {
    entry: entryOf(around.version),
    args: [],
    shell: undefined,
    list,
    ray: false,
    open: container.pod.partial,
  };
}

function startsByItself(image: ServerImage | undefined): boolean {
  return roleOf(image) === "server" && knownImage(image)?.starts !== "arguments";
}

/** The official image's entrypoint became `vllm serve` with v0.11.1. */
export function entryOf(version: VllmVersion): ServerEntry {
  return isAtLeast(version, "0.11.1") ? "serve" : "api-server";
}

/** No command: the image's entrypoint gets the arguments. */
function byArguments(
  words: readonly Word[],
  list: YamlSeq | undefined,
  container: Container,
  around: Surroundings,
): FoundStart | undefined {
  const role = roleOf(around.image);
  const found = { shell: undefined, list, ray: false, open: false };
  if (role === "other") return undefined;
  if (knownText(words[0]) === "serve" && (role === "server" || isVllmLike(words, container, around))) {
    return { ...found, entry: "serve", args: words.slice(1) };
  }
  if (
    role === "server"
      ? beginsLikeArguments(words, startsByItself(around.image))
      : isVllmLike(words, container, around)
  ) {
    return { ...found, entry: entryOf(around.version), args: words };
  }
  return undefined;
}

/** What people run in an image to look around, to wait, or to do something else. */
const PROGRAM =
  /^(\/(usr|bin|opt|app)\/.*|.*\.(sh|py)|(ba|da|z)?sh|python\d?(\.\d+)?|sleep|tail|ray|env|cat|echo|ls|true|nvidia-smi|pip3?|exec|bench|launch|vllm|infinity)$/;

/** Options, something unknown, or a model's name: not a program with arguments of its own. */
function beginsLikeArguments(words: readonly Word[], hasEntrypoint: boolean): boolean {
  const [first, second] = words;
  if (first === undefined || isHole(first) || first.text.text.startsWith("-")) return true;
  if (PROGRAM.test(first.text.text)) return false;
  const model =
    hasEntrypoint || /^[\w.-]+\/[\w.-]+$|^\/(models?|mnt|data|workspace|cache)\//.test(first.text.text);
  return model && (second === undefined || /^-/.test(second.text.text) || isHole(second));
}

/** Options that no other inference server has. */
const TELLING =
  /^--(gpu-memory-utilization|max-model-len|max-num-seqs|max-num-batched-tokens|enable-prefix-caching|no-enable-prefix-caching|enforce-eager|enable-chunked-prefill|swap-space|disable-log-requests|kv-transfer-config|limit-mm-per-prompt|enable-auto-tool-choice|disable-log-stats|max-lora-rank|max-loras|block-size)$/;

/** True for a word that is an option only vLLM has. */
export function isTelling(word: string): boolean {
  const name = word.split("=")[0] ?? "";
  return name.startsWith("--") && TELLING.test(name.replaceAll("_", "-"));
}

/** An image that does not tell: a container called vllm needs one telling option, any other two. */
function isVllmLike(words: readonly Word[], container: Container, around: Surroundings): boolean {
  const telling = new Set<string>();
  for (const { text } of words) {
    if (!text.text.startsWith("--") || text.text.includes(UNKNOWN)) continue;
    const name = text.text.split("=")[0] ?? "";
    const flag = matchFlag(name, around.version)?.entry.flag;
    // Simulators share some options, and have others.
    if (flag === undefined) return false;
    if (TELLING.test(flag)) telling.add(flag);
  }
  const { object } = container.pod;
  const called = /vllm/i.test(`${container.name ?? ""} ${around.image?.text ?? ""} ${object.name ?? ""}`);
  return telling.size >= (called ? 1 : 2);
}
