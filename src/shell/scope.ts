import type { Traced } from "./traced";
import type { Exported, Word } from "./word";

/** What a script may know of a variable before it starts: a text, that it is set to something unknown, or that it is not set. */
export type Variables = (name: string) => Traced | "unknown" | undefined;

export type Binding =
  | { readonly kind: "text"; readonly text: Traced }
  | { readonly kind: "list"; readonly words: readonly Word[] }
  | { readonly kind: "unknown" };

const NOT_KNOWN: Binding = { kind: "unknown" };

/** The variables of a running script. Branches run in forks; what they leave behind is known only where they agree. */
export class Scope {
  private readonly own: Map<string, Binding>;
  private readonly exported: Map<string, Exported>;
  private hidden = false;

  constructor(
    private readonly outer: Variables,
    /** `$1`, `$2` … of the script; undefined inside functions, whose callers differ. */
    private arguments_: readonly Word[] | undefined,
    from?: Scope,
  ) {
    this.own = new Map(from?.own);
    this.exported = new Map(from?.exported);
    this.hidden = from?.hidden ?? false;
  }

  /** Undefined when the variable is certainly not set. */
  get(name: string): Binding | undefined {
    if (name === "@" || name === "*")
      return this.arguments_ ? { kind: "list", words: this.arguments_ } : NOT_KNOWN;
    if (/^\d+$/.test(name)) return this.positional(Number(name));
    if (!/^[A-Za-z_]/.test(name)) return NOT_KNOWN;
    const own = this.own.get(name);
    if (own !== undefined) return own;
    const outer = this.outer(name);
    if (outer === "unknown") return NOT_KNOWN;
    if (outer !== undefined) return { kind: "text", text: outer };
    return this.hidden ? NOT_KNOWN : undefined;
  }

  private positional(index: number): Binding | undefined {
    if (index === 0 || this.arguments_ === undefined) return NOT_KNOWN;
    const word = this.arguments_[index - 1];
    return word && { kind: "text", text: word.text };
  }

  set(name: string, binding: Binding): void {
    this.own.set(name, binding);
    if (this.exported.has(name)) this.export(name);
  }

  setArguments(words: readonly Word[]): void {
    this.arguments_ = words;
  }

  forget(name: string): void {
    this.own.set(name, NOT_KNOWN);
    this.exported.delete(name);
  }

  /** After `source file` or `eval` any variable may have any value. */
  hide(): void {
    this.hidden = true;
  }

  export(name: string): void {
    const binding = this.own.get(name);
    if (binding?.kind === "text") {
      const { text } = binding;
      this.exported.set(name, { text, value: text.known ? text.text : undefined });
    }
  }

  exports(): ReadonlyMap<string, Exported> {
    return new Map(this.exported);
  }

  fork(isFunction = false): Scope {
    return new Scope(this.outer, isFunction ? undefined : this.arguments_, this);
  }

  /** Takes over what happened in branches of which at most one ran. */
  join(branches: readonly Scope[]): void {
    const names = new Set(branches.flatMap((branch) => [...branch.own.keys()]));
    for (const name of names) {
      const before = this.own.get(name);
      const after = branches.map((branch) => branch.own.get(name)).filter((binding) => binding !== before);
      if (after.length > 0) this.own.set(name, added(before, after));
    }
    for (const branch of branches) this.hidden ||= branch.hidden;
  }
}

/** What branches have added to a list or text stays known as perhaps there; other changes make the variable unknown. */
function added(before: Binding | undefined, after: readonly (Binding | undefined)[]): Binding {
  if (before?.kind === "list") {
    const words = [...before.words];
    for (const binding of after) {
      if (binding?.kind !== "list" || before.words.some((word, i) => word !== binding.words[i]))
        return NOT_KNOWN;
      words.push(
        ...binding.words.slice(before.words.length).map((word) => ({ ...word, text: word.text.asMaybe() })),
      );
    }
    return { kind: "list", words };
  }
  if (before?.kind !== "text") return NOT_KNOWN;
  let { text } = before;
  for (const binding of after) {
    if (binding?.kind !== "text" || !binding.text.text.startsWith(before.text.text)) return NOT_KNOWN;
    const rest = binding.text.slice(before.text.text.length);
    if (before.text.text !== "" && !/^\s/.test(rest.text)) return NOT_KNOWN;
    text = text.concat(rest.asMaybe());
  }
  return { kind: "text", text };
}
