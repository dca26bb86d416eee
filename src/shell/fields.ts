import type { Binding } from "./scope";
import { TracedBuilder, UNKNOWN, type Traced } from "./traced";
import type { Word } from "./word";

interface Place {
  readonly pos: number;
  readonly end: number;
}

/** More words than any command line has; a script that doubles a variable in a row stops here. */
const MAX_FIELDS = 3000;
const MAX_TEXT = 200_000;

/** Gathers the words that one written word expands to. */
export class Fields {
  private readonly finished: Word[] = [];
  private builder: TracedBuilder | undefined;
  private spread: string | undefined;
  private size = 0;

  constructor(private readonly script: Traced) {}

  /** The word being written; begins one when there is none. */
  current(pos: number): TracedBuilder {
    return (this.builder ??= new TracedBuilder().replace("", this.script, pos, pos));
  }

  done(): readonly Word[] {
    this.finish();
    return this.finished;
  }

  unknown(spread: string | undefined, place: Place): void {
    this.current(place.pos).replace(UNKNOWN, this.script, place.pos, place.end);
    this.spread ??= spread;
  }

  /** Adds a variable's value. Where it stays within one word, that word's place is the reference, not the definition. */
  add(binding: Binding | undefined, name: string, place: Place, quoted: boolean, list = false): void {
    const isList = list || name === "@" || name === "*";
    if (binding === undefined || binding.kind === "unknown") {
      return this.unknown(quoted && !(isList && name !== "*") ? undefined : name, place);
    }
    if (binding.kind === "list") return this.addList(binding.words, place, isList);
    if (quoted) return this.addReference(binding.text, place);
    this.addSplit(binding.text, name, place);
  }

  private addReference(value: Traced, place: Place): void {
    if (this.overflows(value.text.length)) return this.unknown("", place);
    this.current(place.pos).replace(value.text, this.script, place.pos, place.end, value);
  }

  private addList(words: readonly Word[], place: Place, all: boolean): void {
    for (const [i, word] of (all ? words : words.slice(0, 1)).entries()) {
      if (this.overflows(word.text.text.length)) return this.unknown("", place);
      if (i > 0) this.finish();
      this.current(place.pos).copy(word.text);
      this.spread ??= word.spread;
    }
  }

  /** An unquoted value is split at white space; what then looks like options is placed where the value was written. */
  private addSplit(text: Traced, name: string, place: Place): void {
    if (this.overflows(text.text.length)) return this.unknown(name, place);
    const pieces = [...text.text.matchAll(/\S+/g)];
    const atDefinition = pieces.length > 1 || text.text.trimStart().startsWith("-");
    if (/^\s/.test(text.text)) this.finish();
    for (const [i, piece] of pieces.entries()) {
      if (i > 0) this.finish();
      if (atDefinition) this.current(place.pos).copy(text, piece.index, piece.index + piece[0].length);
      else this.current(place.pos).replace(piece[0], this.script, place.pos, place.end, text);
      if (piece[0].includes(UNKNOWN)) this.spread ??= name;
    }
    if (/\s$/.test(text.text)) this.finish();
  }

  private overflows(more: number): boolean {
    this.size += more;
    return this.size > MAX_TEXT || this.finished.length > MAX_FIELDS;
  }

  private finish(): void {
    if (this.builder) this.finished.push({ text: this.builder.build(), spread: this.spread });
    this.builder = undefined;
    this.spread = undefined;
  }
}
