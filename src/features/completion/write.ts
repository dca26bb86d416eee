import { lineStartOf } from "../../yaml/format";
import type { CommandLine } from "./command-line";
import type { Site } from "./site";

interface Written {
  readonly newText: string;
  readonly selection: { readonly start: number; readonly end: number } | undefined;
}

/** An option with its value, as the command line around has them: one word, two words, or two items. */
export function argumentText(line: CommandLine, flag: string, value: string): Written {
  if (line.form === "shell") return joined(flag, line.usesEquals ? "=" : " ", value);
  if (line.usesEquals) return joined(flag, "=", value);
  return twoItems(line.site, flag, value);
}

function joined(flag: string, separator: string, value: string): Written {
  const start = flag.length + separator.length;
  return { newText: flag + separator + value, selection: { start, end: start + value.length } };
}

/** The item's own quotes stay around the flag; the value is quoted, since arguments are strings. */
function twoItems(site: Site, flag: string, value: string): Written {
  const { style } = site.scalar;
  const quote = style === "double" ? '"' : style === "single" ? "'" : "";
  const list = site.nodes.at(-2);
  const between = list?.kind === "seq" && list.flow ? ", " : `${lineBreak(site)}${itemIndent(site)}- `;
  // A plain item ends with the value; a quoted one has its closing quote behind the cursor.
  const lead = `${flag}${quote}${between}${quote === "" ? '"' : quote}`;
  const tail = quote === "" ? '"' : "";
  return { newText: lead + value + tail, selection: { start: lead.length, end: lead.length + value.length } };
}

function lineBreak(site: Site): string {
  return site.file.text.includes("\r\n") ? "\r\n" : "\n";
}

/** What stands before the dash of the list's items. */
function itemIndent({ scalar, doc }: Site): string {
  const start = lineStartOf(doc.text, scalar.span.start);
  return /^[ \t]*/.exec(doc.text.slice(start))?.[0] ?? "";
}

/**
 * A value as the content of a scalar in its style. Plain ones get quotes where YAML would read something else than a string; undefined where
 * the value cannot be written at all.
 */
export function scalarText(site: Site, value: string, asString: boolean): string | undefined {
  switch (site.scalar.style) {
    case "double":
      return JSON.stringify(value).slice(1, -1);
    case "single":
      return value.includes("\n") ? undefined : value.replaceAll("'", "''");
    case "plain":
      return asString && !isPlainString(value, site) ? quoted(value) : value;
    case "literal":
    case "folded":
      return value;
  }
}

/** JSON is easier to read in single quotes. */
function quoted(value: string): string {
  return value.includes('"') && !value.includes("'") ? `'${value}'` : JSON.stringify(value);
}

/** True when YAML's core schema reads a plain text as the string it is. */
function isPlainString(value: string, site: Site): boolean {
  const isWord = /^[A-Za-z/][\w./+@:=-]*$/.test(value) && !value.endsWith(":");
  const isOther = /^(true|false|null|yes|no|on|off|y|n|~)$/i.test(value);
  const list = site.nodes.at(-2);
  const inFlow = list !== undefined && list.kind !== "scalar" && list.flow;
  return isWord && !isOther && !(inFlow && value.includes(":"));
}
