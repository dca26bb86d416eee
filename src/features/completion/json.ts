import { jsonBeginnings, jsonKeys, type JsonKey } from "../../data/json-keys";
import { isAtLeast } from "../../vllm/version";
import { jsonCursor, type JsonCursor } from "./json-cursor";
import type { CommandLine } from "./command-line";
import { sortTextOf, type Proposal } from "./proposal";
import { scalarText } from "./write";

/** JSON as part of a command line: `start` and `end` are characters of the site's text. */
export interface JsonPart {
  readonly flag: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The JSON at the cursor without the shell's quotes; undefined where what is written there would not stay as it is. */
export function jsonPart(line: CommandLine, flag: string, from: number): JsonPart | undefined {
  const { site, word, form } = line;
  let [start, end] = [word.start + from, word.end];
  if (form === "shell") {
    if (from > 0 && site.text[start] === "'") {
      start++;
      if (end > start && site.text[end - 1] === "'") end--;
    } else if (site.text[start - 1] !== "'") return undefined;
  }
  return { flag, start, end, text: site.text.slice(start, end) };
}

export function jsonProposals(line: CommandLine, flag: string, from: number): readonly Proposal[] {
  const part = jsonPart(line, flag, from);
  if (part && part.text.trim() !== "") return insideJson(line, part);
  return from === 0 || line.word.text.length === from ? wholeJson(line, flag, from) : [];
}

function wholeJson(line: CommandLine, flag: string, from: number): readonly Proposal[] {
  const { site, word, form } = line;
  const quoted = form === "shell" && site.text[word.start + from - 1] !== "'";
  const list = site.nodes.at(-2);
  const isFlowPlain = site.scalar.style === "plain" && list?.kind === "seq" && list.flow;
  if (form === "list" && from > 0 && isFlowPlain) return [];
  return jsonBeginnings(flag).flatMap((value, i): Proposal[] => {
    const written = quoted ? `'${value}'` : value;
    const newText = scalarText(site, written, form === "list" && from === 0);
    if (newText === undefined) return [];
    const range = site.range(word.start + from, word.end);
    return [{ label: value, kind: "value", range, newText, filterText: value, sortText: sortTextOf(i) }];
  });
}

function insideJson(line: CommandLine, part: JsonPart): readonly Proposal[] {
  const cursor = jsonCursor(part.text, line.site.at - part.start);
  if (!cursor) return [];
  const keys = jsonKeys(part.flag, cursor.path);
  if (cursor.part === "key") {
    const isThere = (key: JsonKey): boolean =>
      !(key.shape.removed !== undefined && isAtLeast(line.version, key.shape.removed)) &&
      !cursor.before.includes(key.name);
    return keys.filter(isThere).flatMap((key, i) => keyProposal(line, part, cursor, key, i));
  }
  const shape = keys.find(({ name }) => name === cursor.key)?.shape;
  const types = [shape?.type ?? []].flat();
  const words = [...(shape?.enum ?? []), ...(shape?.names ?? [])].map((value) => JSON.stringify(value));
  const values = types.includes("boolean") ? [...words, "true", "false"] : words;
  return values.flatMap((value, i) =>
    tokenProposal(line, part, cursor, { label: value.replaceAll('"', ""), text: value, rank: i }),
  );
}

function keyProposal(
  line: CommandLine,
  part: JsonPart,
  cursor: JsonCursor,
  key: JsonKey,
  rank: number,
): readonly Proposal[] {
  const hasColon = /^\s*:/.test(part.text.slice(cursor.end));
  const types = [key.shape.type ?? []].flat();
  const text = JSON.stringify(key.name) + (hasColon ? "" : ":");
  return tokenProposal(line, part, cursor, {
    label: key.name,
    text,
    rank,
    detail: types.join(" or "),
    documentation: key.summary,
  });
}

interface Token {
  readonly label: string;
  readonly text: string;
  readonly rank: number;
  readonly detail?: string;
  readonly documentation?: string | undefined;
}

function tokenProposal(
  line: CommandLine,
  part: JsonPart,
  cursor: JsonCursor,
  token: Token,
): readonly Proposal[] {
  const { site } = line;
  const newText = scalarText(site, token.text, false);
  if (newText === undefined) return [];
  const isQuoted = part.text[cursor.start] === '"';
  return [
    {
      label: token.label,
      kind: cursor.part === "key" ? "key" : "value",
      detail: token.detail === "" ? undefined : token.detail,
      documentation: token.documentation,
      range: site.range(part.start + cursor.start, part.start + cursor.end),
      newText,
      filterText: isQuoted ? newText : token.label,
      sortText: sortTextOf(token.rank),
      asksOn: cursor.part === "key",
    },
  ];
}
