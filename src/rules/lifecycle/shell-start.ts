import { fieldOf } from "../../kubernetes/containers";
import type { VllmServer } from "../../vllm/model";
import type { Spot } from "../../yaml/document";
import { asSeq, textAt, type YamlScalar } from "../../yaml/node";

/** A server that a shell starts in a script of the manifest, and what the shell does with itself then. */
export interface ShellStart {
  /** `sh`, `bash`, ... */
  readonly shell: string;
  readonly script: YamlScalar;
  /** The server's own words, where `exec ` would go. */
  readonly at: Spot;
  /** Its output goes through a pipe: the server is one process of several. */
  readonly piped: boolean;
  /** Redirected output, a comment or `fi` behind it: bash then stays, too. */
  readonly followed: boolean;
}

/** Scripts that look after processes themselves, or start more than one. */
const MANAGES =
  /\btrap\b|\bwait\b|\btini\b|\bdumb-init\b|\bsupervisord\b|\bray\b|<<|\bwhile\b|\buntil\b|\bfor\b|\(\)\s*\{|\bset -m\b/;

const SERVER =
  /(?:[\w./-]*\/)?(?:vllm[ \t]+serve\b|python[\d.]*[ \t]+(?:-[A-Z]\w*[ \t]+)*-m[ \t]+vllm\.entrypoints\.[\w.]+)/g;

/** What may stand before the command on its way from a separator: assignments of variables. */
const LEAD = /(?:^|[;\n]|&&|\bthen\b|\belse\b)[ \t]*(?:[A-Za-z_]\w*=(?:"[^"]*"|'[^']*'|[^\s"']*)[ \t]+)*$/;

/** Undefined when the server is no child of a shell, or when the script is more than this can judge. */
export function shellStart(server: VllmServer): ShellStart | undefined {
  const { container, argumentsNode: place } = server;
  if (!container || place?.kind !== "shell") return undefined;
  const words = ["command", "args"].flatMap((key) => asSeq(fieldOf(container, key))?.items ?? []);
  const shell = /(?:^|\/)(sh|bash|dash|ash)$/.exec(textAt(words[0]) ?? "")?.[1];
  const index = words.findIndex((word) => word === place.node);
  if (shell === undefined || index === -1) return undefined;
  return startIn(place.node, shell);
}

function startIn(script: YamlScalar, shell: string): ShellStart | undefined {
  const { text } = script;
  const match = [...text.matchAll(SERVER)].find(({ index }) => !isInComment(text, index));
  if (!match || MANAGES.test(text) || script.templated) return undefined;
  const before = text.slice(0, match.index).replace(/\\\n/g, "  ");
  if (!LEAD.test(before)) return undefined;
  const end = endOfCommand(text, match.index);
  const rest = text.slice(end.at);
  const piped = /^\|(?!\|)/.test(rest);
  if (!piped && !/^(\s*(;|#[^\n]*|\bfi\b))*\s*$/.test(rest)) return undefined;
  const at = { doc: script.doc, span: script.spanOf(match.index, match.index + match[0].length) };
  return { shell, script, at, piped, followed: end.redirected || rest.trim() !== "" };
}

function isInComment(text: string, index: number): boolean {
  return /(^|\s)#/.test(text.slice(text.lastIndexOf("\n", index) + 1, index));
}

/** Behind the command's last word: quotes, continued lines and redirections belong to it. */
function endOfCommand(text: string, from: number): { readonly at: number; readonly redirected: boolean } {
  let redirected = false;
  let quote: string | undefined;
  for (let i = from; i < text.length; i++) {
    const char = text[i] ?? "";
    if (char === "\\" && quote !== "'") i++;
    else if (quote !== undefined) quote = char === quote ? undefined : quote;
    else if (char === '"' || char === "'") quote = char;
    else if (char === ">" || char === "<") redirected = true;
    else if (char === "&" && (text[i - 1] === ">" || text[i + 1] === ">")) continue;
    else if (/[\n;|&]/.test(char) || (char === "#" && /\s/.test(text[i - 1] ?? "")))
      return { at: i, redirected };
  }
  return { at: text.length, redirected };
}
