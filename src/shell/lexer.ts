import { TracedBuilder, UNKNOWN, type Traced } from "./traced";
import { wordOf, type SimpleCommand, type Word } from "./word";

const SEPARATORS = /[\n;&|()]/;

/**
 * The fallback for scripts that the parser gives up on: splits at white space and separators, minds quotes and
 * backslashes, and takes each expansion for unknown. No structure: what an `if` guards, or an `&` sends away, comes out like the rest.
 */
export function lexCommands(script: Traced): readonly SimpleCommand[] {
  const commands: SimpleCommand[] = [];
  let words: Word[] = [];
  let last = 0;
  const finish = (): void => {
    const end = script.spotAt(last, last);
    if (words.length > 0)
      commands.push({ words, exports: new Map(), conditional: true, background: true, end });
    words = [];
  };
  const { text } = script;
  let i = 0;
  while (i < text.length) {
    const c = text[i] ?? "";
    if (text.startsWith("\\\n", i)) i += 2;
    else if (SEPARATORS.test(c)) {
      finish();
      i++;
    } else if (/\s/.test(c)) i++;
    else if (c === "#") i = endOfLine(text, i);
    else {
      const { word, end } = lexWord(script, i);
      words.push(word);
      i = last = end;
    }
  }
  finish();
  return commands;
}

function lexWord(script: Traced, from: number): { word: Word; end: number } {
  const { text } = script;
  const out = new TracedBuilder();
  let quote = "";
  let i = from;
  for (; i < text.length; i++) {
    const c = text[i] ?? "";
    if (c === quote) quote = "";
    else if (quote === "" && (c === '"' || c === "'")) quote = c;
    else if (quote === "" && (/\s/.test(c) || SEPARATORS.test(c))) break;
    else if (c === "\\" && quote !== "'") {
      i++;
      if (text[i] !== "\n") out.copy(script, i, Math.min(i + 1, text.length));
    } else if ((c === "$" || c === "`") && quote !== "'") {
      const end = endOfExpansion(text, i);
      out.replace(UNKNOWN, script, i, end);
      i = end - 1;
    } else out.copy(script, i, i + 1);
  }
  if (out.text === "") out.replace("", script, from, i);
  return { word: wordOf(out.build()), end: Math.max(i, from + 1) };
}

function endOfExpansion(text: string, at: number): number {
  const match = /^(\$\{[^}\n]*\}|\$\([^)\n]*\)|\$\w+|`[^`\n]*`|.)/s.exec(text.slice(at, at + 500));
  return at + (match?.[0].length ?? 1);
}

function endOfLine(text: string, at: number): number {
  const newline = text.indexOf("\n", at);
  return newline === -1 ? text.length : newline;
}
