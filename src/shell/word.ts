import type { Spot } from "../yaml/document";
import { UNKNOWN, type Traced } from "./traced";

/** One word of a command, after quotes, escapes and variables. */
export interface Word {
  readonly text: Traced;
  /** The name of an unknown value that the shell would split (`$EXTRA_ARGS`, `$@`): any number of words may stand here. */
  readonly spread: string | undefined;
}

/** The word's text when all of it is known. */
export function knownText(word: Word | undefined): string | undefined {
  return word !== undefined && word.text.known ? word.text.text : undefined;
}

/** True when nothing at all is known of the word. */
export function isHole(word: Word): boolean {
  return word.text.text !== "" && word.text.text.replaceAll(UNKNOWN, "") === "";
}

export function wordOf(text: Traced): Word {
  return { text, spread: undefined };
}

/** A command as the shell would run it. */
export interface SimpleCommand {
  readonly words: readonly Word[];
  /** Variables in the command's environment that the script itself set (`export X=1`, `X=1 cmd`). */
  readonly exports: ReadonlyMap<string, Exported>;
  /** Inside an `if`, `case`, loop, function or behind `||`: perhaps never run. */
  readonly conditional: boolean;
  /** Ends in `&`, alone or with others: what follows runs beside it. */
  readonly background: boolean;
  /** Just behind its last word, quotes included: where another word may be added. */
  readonly end: Spot;
}

export interface Exported {
  /** Undefined when unknown. */
  readonly value: string | undefined;
  /** The assignment's value; for an empty one its place. */
  readonly text: Traced;
}
