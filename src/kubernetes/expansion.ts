/** A stretch of a text in which Kubernetes replaces `$(NAME)`, and what stands there afterwards. */
export interface ExpandedPiece {
  /** The characters [from, to) of the text before. */
  readonly from: number;
  readonly to: number;
  /** What the container gets; undefined when the variable exists and its value is not known. */
  readonly text: string | undefined;
  /** The name, for `$(NAME)` that was replaced. */
  readonly variable: string | undefined;
}

/** `replace` gives the value, `unknown` stands for one nobody can see, `literal` for no such variable. */
export type Replacement =
  | { readonly kind: "replace"; readonly text: string }
  | { readonly kind: "unknown" }
  | { readonly kind: "literal" };

/**
 * Kubernetes' own expansion of `command`, `args` and `env` values: `$(NAME)` becomes the variable, `$$` a dollar sign, so
 * that `$$(NAME)` stays text; a name without a variable stays as written. `$NAME` and `${NAME}` are left to the shell.
 */
export function expandReferences(
  text: string,
  valueOf: (name: string) => Replacement,
): readonly ExpandedPiece[] {
  const pieces: ExpandedPiece[] = [];
  let plain = 0;
  const flush = (to: number): void => {
    if (to > plain) pieces.push({ from: plain, to, text: text.slice(plain, to), variable: undefined });
  };
  let at = text.indexOf("$");
  while (at !== -1 && at + 1 < text.length) {
    const piece = pieceAt(text, at, valueOf);
    if (piece) {
      flush(at);
      pieces.push(piece);
      plain = piece.to;
    }
    at = text.indexOf("$", piece ? piece.to : at + 2);
  }
  flush(text.length);
  return pieces;
}

function pieceAt(
  text: string,
  at: number,
  valueOf: (name: string) => Replacement,
): ExpandedPiece | undefined {
  if (text[at + 1] === "$") return { from: at, to: at + 2, text: "$", variable: undefined };
  if (text[at + 1] !== "(") return undefined;
  const close = text.indexOf(")", at + 2);
  if (close === -1) return undefined;
  const name = text.slice(at + 2, close);
  const replacement = valueOf(name);
  if (replacement.kind === "literal") {
    return { from: at, to: close + 1, text: text.slice(at, close + 1), variable: undefined };
  }
  const value = replacement.kind === "replace" ? replacement.text : undefined;
  return { from: at, to: close + 1, text: value, variable: name };
}

/** Variables that double each other would fill the memory; nothing real comes near this. */
const MAX_EXPANDED = 100_000;

/** The whole text after expansion; undefined when a part of it is unknown, or when it grows past all bounds. */
export function joinPieces(pieces: readonly ExpandedPiece[]): string | undefined {
  let text = "";
  for (const piece of pieces) {
    if (piece.text === undefined || text.length + piece.text.length > MAX_EXPANDED) return undefined;
    text += piece.text;
  }
  return text;
}
