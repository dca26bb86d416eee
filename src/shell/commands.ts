import { parse } from "unbash";
import { lexCommands } from "./lexer";
import { Scope, type Variables } from "./scope";
import { TracedBuilder, type Traced } from "./traced";
import { Walker } from "./walker";
import type { SimpleCommand, Word } from "./word";

/** Longer scripts are cut: nobody writes a start command of this size, and the time must stay bounded. */
const MAX_SCRIPT = 40_000;

/**
 * The simple commands of a shell script in the order they are written, with variables expanded as far as they are known.
 * `if` branches, loop bodies and functions count as written too. Any text gives a result; a broken script what can be read of it.
 */
export function commandsOf(
  script: Traced,
  variables: Variables,
  arguments_: readonly Word[] = [],
): readonly SimpleCommand[] {
  const text = withoutCarriageReturns(script.text.length > MAX_SCRIPT ? script.slice(0, MAX_SCRIPT) : script);
  try {
    const walker = new Walker(text);
    walker.statements(parse(text.text).commands, new Scope(variables, arguments_), false);
    return walker.commands;
  } catch {
    // The parser recurses: nesting thousands deep ends in a RangeError. Words without their structure are better than nothing.
    return lexCommands(text);
  }
}

/** A file with Windows line ends shows them to us, while a shell that got it through YAML's own folding does not see them. */
function withoutCarriageReturns(text: Traced): Traced {
  if (!text.text.includes("\r\n")) return text;
  const out = new TracedBuilder();
  let done = 0;
  for (let i = text.text.indexOf("\r\n"); i !== -1; i = text.text.indexOf("\r\n", i + 1)) {
    if (i > done) out.copy(text, done, i);
    done = i + 1;
  }
  return out.copy(text, done).build();
}
