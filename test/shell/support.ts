import { commandsOf } from "../../src/shell/commands";
import { maskPlaceholders, traceSource } from "../../src/shell/template";
import { Traced, UNKNOWN, type TextSource } from "../../src/shell/traced";
import type { SimpleCommand, Word } from "../../src/shell/word";
import { parseDocument } from "../../src/yaml/parse";

/** A text that is a document of its own, so that offsets are those of the text. */
export function source(text: string): TextSource {
  return { doc: parseDocument(text), text, spanOf: (start, end) => ({ start, end }) };
}

export function commands(
  script: string,
  environment: Readonly<Record<string, string>> = {},
): readonly SimpleCommand[] {
  const text = maskPlaceholders(traceSource(source(script)));
  return commandsOf(text, (name) => {
    const value = environment[name];
    return value === undefined ? undefined : Traced.whole(source(value));
  });
}

/** A word as text; `?` for what is unknown, `*` behind it when it may be several words. */
export function show(word: Word): string {
  return word.text.text.replaceAll(UNKNOWN, "?") + (word.spread === undefined ? "" : "*");
}

/** Each command as its words. */
export function words(
  script: string,
  environment: Readonly<Record<string, string>> = {},
): readonly (readonly string[])[] {
  return commands(script, environment).map((command) => command.words.map(show));
}

/** What a word's place covers in its document. */
export function written(word: Word): string {
  const { doc, span } = word.text.spotAt();
  return doc.text.slice(span.start, span.end);
}
