import { matchFlag, type FlagMatch } from "../../vllm/flags";
import type { VllmServer } from "../../vllm/model";
import { NEWEST, type VllmVersion } from "../../vllm/version";
import { scalarAt, type YamlSeq } from "../../yaml/node";
import { endsWith } from "./path";
import { commandAround } from "./shell-words";
import type { Site } from "./site";

/** The cursor on a command line of vLLM, however that is written. */
export interface CommandLine {
  readonly site: Site;
  readonly server: VllmServer | undefined;
  readonly version: VllmVersion;
  readonly form: "list" | "shell";
  /** The word at the cursor, as characters of the site's text; its quotes left out. */
  readonly word: { readonly start: number; readonly end: number; readonly text: string };
  /** The option whose value the word is, when it stands as a word of its own before it. */
  readonly option: FlagMatch | undefined;
  /** The model may stand here as a word of its own. */
  readonly wantsModel: boolean;
  /** `--flag=value` rather than two words. */
  readonly usesEquals: boolean;
  /** The word after this one is a value. */
  readonly hasNext: boolean;
}

export function commandLineAt(site: Site): CommandLine | undefined {
  return shellLine(site) ?? listLine(site);
}

/** An item of `args`, `command` or a chart's `extraArgs`. */
function listLine(site: Site): CommandLine | undefined {
  const list = site.nodes.at(-2);
  const key = site.path.at(-2);
  const { server, text } = site;
  if (list?.kind !== "seq" || !server || /^[^{[]*\s/.test(text.trim())) return undefined;
  if (key !== "args" && key !== "extraArgs" && key !== "command") return undefined;
  const items = list.items.map((item) => (item.kind === "scalar" ? item.text : ""));
  const index = list.items.indexOf(site.scalar);
  const start = startOf(items, key);
  if (start === undefined || index < start) return undefined;
  const before = items.slice(start, index);
  return {
    site,
    server,
    version: server.version.version,
    form: "list",
    word: { start: 0, end: text.length, text },
    option: valueAfter(before.at(-1), server.version.version),
    wantsModel: key !== "extraArgs" && wantsModel(before, server),
    usesEquals: usesEquals(list),
    hasNext: isValue(items[index + 1]),
  };
}

/** The item that the options follow: all of `args` unless it begins with the program. */
function startOf(items: readonly string[], key: string): number | undefined {
  const serve = items.findIndex((item) => item === "serve" || /api_server(\.py)?$/.test(item));
  if (serve !== -1) return serve + 1;
  return key === "command" ? undefined : 0;
}

function wantsModel(before: readonly string[], server: VllmServer): boolean {
  if (server.entry !== "serve" || before.length > 0) return false;
  return !server.engine.settings.has("--model") || server.engine.settings.get("--model")?.spelling === "";
}

function usesEquals(list: YamlSeq): boolean {
  const options = list.items.flatMap((item) =>
    item.kind === "scalar" && item.text.startsWith("--") ? [item.text] : [],
  );
  const joined = options.filter((text) => text.includes("="));
  return options.length < 2 || joined.length > 0;
}

function isValue(word: string | undefined): boolean {
  return word !== undefined && word !== "" && !word.startsWith("-");
}

function valueAfter(word: string | undefined, version: VllmVersion): FlagMatch | undefined {
  if (!word?.startsWith("-") || word.includes("=")) return undefined;
  const match = matchFlag(word, version);
  return match && match.entry.type !== "bool" ? match : undefined;
}

/** A script or a command given as one text. */
function shellLine(site: Site): CommandLine | undefined {
  const { text, at, server } = site;
  const isVariable = isArgumentsVariable(site);
  if (!isVariable && !/vllm/.test(text)) return undefined;
  const { words, word } = commandAround(text, at);
  const texts = words.map((each) => each.text);
  const start = isVariable ? -1 : programEnd(site, texts);
  if (start === -1 && !isVariable) return undefined;
  const version = server?.version.version ?? NEWEST;
  const options = texts.slice(start + 1);
  const bare = unquoted(word);
  return {
    site,
    server,
    version,
    form: "shell",
    word: bare,
    option: valueAfter(options.at(-1), version),
    wantsModel: options.length === 0 && texts[start] === "serve",
    usesEquals: options.some((each) => /^--[\w.-]+=/.test(each)),
    hasNext: /^[ \t]+[^\s\\-]/.test(text.slice(word.end)),
  };
}

/** A variable that holds options, `VLLM_ADDITIONAL_ARGS`. */
function isArgumentsVariable({ path, nodes, text, server }: Site): boolean {
  if (!server || !endsWith(path, "env", "*", "value") || !text.startsWith("-")) return false;
  return /ARG|FLAG|OPT|PARAM/.test(scalarAt(nodes.at(-2), "name")?.text ?? "");
}

/** The word after which options stand: `serve`, the module of the server, or the whole of a script's command that starts one. */
function programEnd({ server, scalar }: Site, words: readonly string[]): number {
  const named = words.findIndex(
    (word, i) =>
      (word === "serve" && /(^|\/)vllm$/.test(words[i - 1] ?? "")) ||
      /vllm\.entrypoints\.[\w.]*api_server$/.test(word),
  );
  const place = server?.argumentsNode;
  const isScript = place?.kind === "shell" && place.node === scalar;
  return named === -1 && isScript ? words.findIndex((word) => /vllm/.test(word)) : named;
}

/** A word without the quotes around it, an open one included. */
function unquoted({ start, end, text }: { start: number; end: number; text: string }): CommandLine["word"] {
  const quote = /^["']/.exec(text)?.[0];
  if (quote === undefined) return { start, end, text };
  const closed = text.length > 1 && text.endsWith(quote);
  return { start: start + 1, end: closed ? end - 1 : end, text: text.slice(1, closed ? -1 : undefined) };
}
