/**
 * The part of the editor's snippet syntax that our snippets use: `$1`, `${1}`, `${1:default}` and `${1|first,second|}`, with `\`
 * before a character that stands for itself. https://code.visualstudio.com/docs/editing/userdefinedsnippets#_snippet-syntax
 */
export interface Slot {
  readonly number: number;
  /** What a person may take; the first is the default. Empty for a place that repeats another. */
  readonly choices: readonly string[];
}

type Part = string | Slot;

/** A text with numbered places. */
export class Snippet {
  private readonly parts: readonly Part[];

  constructor(body: readonly string[]) {
    this.parts = partsOf(body.join("\n") + "\n");
  }

  /** Every place once, in the order of their numbers. */
  get slots(): readonly Slot[] {
    const all = this.parts.filter((part) => typeof part !== "string");
    const numbers = [...new Set(all.map(({ number }) => number))].sort((a, b) => a - b);
    return numbers.map((number) => ({
      number,
      choices: all.find((slot) => slot.number === number && slot.choices.length > 0)?.choices ?? [],
    }));
  }

  /** The text with the given values in the places of their numbers, and the defaults in the others. */
  expand(values: Readonly<Record<number, string>> = {}): string {
    const defaults = new Map(this.slots.map(({ number, choices }) => [number, choices[0] ?? ""]));
    return this.parts
      .map((part) =>
        typeof part === "string" ? part : (values[part.number] ?? defaults.get(part.number) ?? ""),
      )
      .join("");
  }
}

const ESCAPED = /\\([\\$}|,])/g;
const SLOT = /\\[\\$}]|\$(\d+)|\$\{(\d+)(?::((?:\\.|[^}\\])*)|\|((?:\\.|[^|\\])*)\|)?\}/g;

function partsOf(text: string): readonly Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const match of text.matchAll(SLOT)) {
    const [whole, plain, braced, fallback, choices] = match;
    parts.push(text.slice(end, match.index));
    end = match.index + whole.length;
    const number = plain ?? braced;
    if (number === undefined) parts.push(whole.slice(1));
    else
      parts.push({
        number: Number(number),
        choices: choices !== undefined ? split(choices) : fallback !== undefined ? [unescape(fallback)] : [],
      });
  }
  return [...parts, text.slice(end)];
}

/** At commas that no `\` stands before. */
function split(choices: string): readonly string[] {
  return (choices.match(/(?:\\.|[^,\\])+/g) ?? []).map(unescape);
}

function unescape(text: string): string {
  return text.replace(ESCAPED, "$1");
}
