/** A word of a shell command as written, quotes and backslashes included. */
export interface WrittenWord {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface WrittenCommand {
  readonly words: readonly WrittenWord[];
  /** The word at the cursor; an empty one between words. */
  readonly word: WrittenWord;
}

/**
 * The command around a place in a script. Unlike the parser that finds servers, this reads what is half typed: an open quote
 * or a trailing backslash is no error here.
 */
export function commandAround(script: string, at: number): WrittenCommand {
  const reader = new Reader(withoutTemplates(script));
  let words: WrittenWord[] = [];
  while (reader.position <= at) {
    const word = reader.next();
    if (word === undefined) break;
    if (word !== "end") words.push(word);
    else if (reader.position > at) break;
    else words = [];
  }
  const holder = words.find(({ start, end }) => start < at && at < end);
  const inner = holder && innerScript(holder.text, at - holder.start);
  if (holder && inner !== undefined)
    return shifted(commandAround(inner, at - holder.start - 1), holder.start + 1);
  const word = words.find(({ start, end }) => start <= at && at <= end) ?? { start: at, end: at, text: "" };
  return { words: words.filter(({ end }) => end < at && end <= word.start), word };
}

/** The same length, with a word in place of each template, whose quotes are none of the script's; an option behind one begins a word. */
function withoutTemplates(script: string): string {
  return script.replaceAll(/\{\{[^]*?\}\}(?=(-?))/g, (template: string, dash: string) => {
    return "x".repeat(template.length - 1) + (dash === "" ? "x" : " ");
  });
}

/** A command in quotes, as `eval` and `sh -c` take it, to the quote after the cursor: it may have quotes around templates in it. */
function innerScript(text: string, at: number): string | undefined {
  const [quote = ""] = text;
  if (quote !== '"' && quote !== "'") return undefined;
  const end = text.indexOf(quote, Math.max(1, at));
  const inner = text.slice(1, end);
  return end !== -1 && /(^|[\s/])vllm[\s.]/.test(inner) ? inner : undefined;
}

function shifted({ words, word }: WrittenCommand, by: number): WrittenCommand {
  const move = (each: WrittenWord): WrittenWord => ({ ...each, start: each.start + by, end: each.end + by });
  return { words: words.map(move), word: move(word) };
}

class Reader {
  position = 0;

  constructor(private readonly script: string) {}

  /** The next word, `end` where a command ends, undefined at the end of the script. */
  next(): WrittenWord | "end" | undefined {
    this.skipBlanks();
    const c = this.script[this.position];
    if (c === undefined) return undefined;
    if (/[\n;&|()]/.test(c)) {
      this.position++;
      return "end";
    }
    if (c === "#") {
      const newline = this.script.indexOf("\n", this.position);
      this.position = newline === -1 ? this.script.length : newline;
      return this.next();
    }
    return this.word();
  }

  private skipBlanks(): void {
    for (;;) {
      const c = this.script[this.position];
      if (c === " " || c === "\t" || c === "\r") this.position++;
      else if (c === "\\" && this.script[this.position + 1] === "\n") this.position += 2;
      else return;
    }
  }

  /** `$(…)`: one that is not closed leaves the position where it is. */
  private skipSubstitution(): void {
    let depth = 0;
    for (let i = this.position + 1; i < this.script.length; i++) {
      if (this.script[i] === "(") depth++;
      else if (this.script[i] === ")" && --depth === 0) {
        this.position = i;
        return;
      }
    }
  }

  private word(): WrittenWord {
    const start = this.position;
    let quote = "";
    for (; this.position < this.script.length; this.position++) {
      const c = this.script[this.position] ?? "";
      if (c === "\\" && quote !== "'") {
        if (quote === "" && this.script[this.position + 1] === "\n") break;
        this.position++;
      } else if (quote !== "") {
        if (c === quote) quote = "";
      } else if (c === "'" || c === '"') quote = c;
      else if (c === "$" && this.script[this.position + 1] === "(") this.skipSubstitution();
      else if (/[\s;&|()]/.test(c)) break;
    }
    const end = Math.min(this.position, this.script.length);
    this.position = end;
    return { start, end, text: this.script.slice(start, end) };
  }
}
