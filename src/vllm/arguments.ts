import { isHole, type Word } from "../shell/word";
import { UNKNOWN, type Traced } from "../shell/traced";
import { matchFlag, type FlagMatch } from "./flags";
import { literalText } from "./literal";
import type { Setting, UnrecognisedArgument } from "./model";
import { isAtLeast, type VllmVersion } from "./version";

export interface BindOptions {
  readonly version: VllmVersion;
  /** `vllm serve` takes the model as a word of its own. */
  readonly positionalModel: boolean;
  /** False for programs that have options of their own besides vLLM's: what is not known is then theirs. */
  readonly strict: boolean;
  readonly form: "list" | "shell";
}

export interface BoundArguments {
  readonly bindings: readonly Setting[];
  readonly unrecognised: readonly UnrecognisedArgument[];
  /** True when options may hide in what is unknown. */
  readonly open: boolean;
}

/** Binds the words of a command line to options as vLLM's FlexibleArgumentParser and Python's argparse do. */
export function bindArguments(words: readonly Word[], options: BindOptions): BoundArguments {
  const binder = new Binder(words, options);
  binder.run();
  return binder;
}

/** Names of variables that hold options rather than one value. */
const OPTIONS_NAME = /^[@*]$|arg|opt|flag|extra|param|\$\(\)/i;

class Binder implements BoundArguments {
  readonly bindings: Setting[] = [];
  readonly unrecognised: UnrecognisedArgument[] = [];
  open = false;
  private at = 0;
  private hasModel = false;

  constructor(
    private readonly words: readonly Word[],
    private readonly options: BindOptions,
  ) {}

  run(): void {
    while (this.at < this.words.length) {
      const word = this.words[this.at++];
      if (word === undefined) return;
      if (isOption(word)) this.option(word.text);
      else this.positional(word);
    }
  }

  private positional(word: Word): void {
    if (word.text.text === "") return;
    const wantsModel = this.options.positionalModel && !this.hasModel;
    if (isHole(word) && (!wantsModel || OPTIONS_NAME.test(word.spread ?? ""))) this.open = true;
    if (wantsModel) {
      this.hasModel = true;
      const at = word.text.spotAt();
      this.add(
        {
          flag: "--model",
          spelling: "",
          path: [],
          negated: false,
          text: literalText(word.text),
          flagAt: at,
          valueAt: at,
        },
        "two-items",
        word.text,
      );
    } else if (!isHole(word)) this.reject(word.text);
  }

  private reject(word: Traced): void {
    if (this.options.strict && word.known && !word.maybe && literalText(word) !== undefined) {
      this.unrecognised.push({ text: word.text, at: word.spotAt() });
    }
  }

  private option(word: Traced): void {
    const { text } = word;
    const equals = text.indexOf("=");
    const name = equals === -1 ? text : text.slice(0, equals);
    if (name.includes(UNKNOWN)) {
      this.open = true;
      return;
    }
    const level = /^-O(.)/.test(name) && name[2] !== "." ? 2 : -1;
    if (level !== -1 || name === "-O") return this.optimisation(word, equals);
    // Everything before the first dot names the option, what follows keys of its JSON value.
    const [base = "", ...path] = name.split(".");
    const match = /\s/.test(name)
      ? undefined
      : (matchFlag(base, this.options.version) ?? this.attachedShort(word));
    if (match === undefined) {
      this.reject(word);
      if (equals === -1 && !/\s/.test(name)) this.skipValue();
      return;
    }
    if ("rest" in match) return this.bind(match.match, word.slice(0, 2), [], match.rest);
    const value = equals === -1 ? undefined : word.slice(equals + 1);
    this.bind(match, word.slice(0, name.length), path, value);
  }

  /** `-n2`: a short option of one letter with its value in the same word. */
  private attachedShort(word: Traced): { match: FlagMatch; rest: Traced } | undefined {
    if (!/^-[A-Za-z][^=]/.test(word.text)) return undefined;
    const match = matchFlag(word.text.slice(0, 2), this.options.version);
    return match && { match, rest: word.slice(2) };
  }

  /** `-O3`, `-O=3`, `-O 3`: `--optimization-level` since v0.12.0, `--compilation-config` before. */
  private optimisation(word: Traced, equals: number): void {
    const flag = isAtLeast(this.options.version, "0.12.0") ? "--optimization-level" : "--compilation-config";
    const match = matchFlag(flag, this.options.version);
    const value = word.text === "-O" ? undefined : word.slice(equals === 2 ? 3 : 2);
    if (match) this.bind(match, word.slice(0, 2), [], value);
  }

  private bind(match: FlagMatch, name: Traced, path: readonly string[], attached: Traced | undefined): void {
    const { type } = match.entry;
    let values: readonly Traced[] = attached ? [attached] : [];
    if (!attached && !match.negated) values = this.following(path.length > 0 ? "str" : type);
    const [first] = values;
    const texts = values.map(literalText);
    const text = texts.includes(undefined) ? undefined : texts.join(" ");
    const suffix = path.length > 0 ? `.${path.join(".")}` : "";
    const flagAt = name.spotAt();
    this.add(
      {
        flag: match.entry.flag + suffix,
        spelling: name.text,
        path,
        negated: match.negated,
        text: name.maybe ? undefined : text,
        flagAt,
        valueAt: first === undefined ? flagAt : spanning(first, values.at(-1) ?? first),
        placeOf:
          first !== undefined && values.length === 1 ? (from, to) => first.spotAt(from, to) : undefined,
      },
      attached ? "equals" : "two-items",
      first ?? name,
    );
    if (match.entry.flag === "--model") this.hasModel = true;
  }

  private add(setting: Omit<Setting, "form" | "origin">, form: "equals" | "two-items", value: Traced): void {
    const origin =
      value.via === undefined
        ? ({ kind: "flag" } as const)
        : ({ kind: "environment", name: value.via } as const);
    this.bindings.push({ ...setting, origin, form: this.options.form === "shell" ? "shell" : form });
  }

  /** The words after an option that are its values. */
  private following(type: string): readonly Traced[] {
    const next = this.words[this.at];
    if (next === undefined || isOption(next)) return [];
    if (type === "bool") {
      // `--flag true` was legal for a few switches up to v0.8; now the word is a stray, but it tells what was meant.
      if (!/^(true|false)$/i.test(next.text.text)) return [];
    } else if (type === "list") {
      const values: Traced[] = [];
      for (
        let word = this.words[this.at];
        word !== undefined && !isOption(word);
        word = this.words[++this.at]
      ) {
        values.push(word.text);
        if (word.spread !== undefined) this.open ||= OPTIONS_NAME.test(word.spread);
      }
      return values;
    }
    this.at++;
    return [next.text];
  }

  private skipValue(): void {
    const next = this.words[this.at];
    if (next !== undefined && !isOption(next) && !isHole(next)) this.at++;
  }
}

/** argparse takes a word for an option when it starts with a dash and is no negative number. */
function isOption(word: Word): boolean {
  return /^-./.test(word.text.text) && !/^-(\d+|\d*\.\d+)$/.test(word.text.text);
}

function spanning(first: Traced, last: Traced): Setting["valueAt"] {
  const start = first.spotAt();
  const end = last.spotAt();
  if (start.doc !== end.doc || end.span.end < start.span.start) return start;
  return { doc: start.doc, span: { start: start.span.start, end: end.span.end } };
}
