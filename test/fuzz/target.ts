import fc from "fast-check";

/** One reader of untrusted text, and what must hold of every text it is given. */
export interface Target {
  readonly name: string;
  readonly text: fc.Arbitrary<string>;
  /** Throws when the reader does, or when its answer cannot be right. */
  readonly check: (text: string) => void;
}

/** What breaks readers of every language. */
const ANYWHERE = [
  "", " ", "\t", "\n", "\r\n", "\r", "\0", "\ufeff", "\ud800", "é", "数", "\u2028", "\ue000", "\\", "'", '"', "`", "{", "}", "[", "]", "(", ")", ",", ":", "#",
  "__proto__", "constructor", "toString", "hasOwnProperty", "-1", "0", "1e999", "NaN", "9007199254740993", "999999999999999999999999", "x".repeat(300),
]; // prettier-ignore

interface Mutation {
  readonly at: number;
  readonly length: number;
  readonly kind: "insert" | "overwrite" | "delete" | "double" | "move" | "repeat";
  readonly piece: string;
}

/** Sound texts, a little or much changed, and texts made of the language's own pieces. */
export function textOf(seeds: readonly string[], words: readonly string[]): fc.Arbitrary<string> {
  const piece = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...words) },
    { weight: 2, arbitrary: fc.constantFrom(...ANYWHERE) },
    { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 8 }) },
  );
  const mutation: fc.Arbitrary<Mutation> = fc.record({
    at: fc.nat(5000),
    length: fc.nat(60),
    kind: fc.constantFrom("insert", "overwrite", "delete", "double", "move", "repeat"),
    piece,
  });
  const mutated = fc
    .tuple(fc.constantFrom(...seeds), fc.array(mutation, { maxLength: 8 }))
    .map(([seed, mutations]) => mutations.reduce(mutate, seed));
  const made = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(""));
  return fc.oneof({ weight: 3, arbitrary: mutated }, { weight: 1, arbitrary: made });
}

function mutate(text: string, { at, length, kind, piece }: Mutation): string {
  const start = text.length === 0 ? 0 : at % text.length;
  const end = Math.min(text.length, start + length);
  const [before, middle, after] = [text.slice(0, start), text.slice(start, end), text.slice(end)];
  switch (kind) {
    case "insert":
      return before + piece + middle + after;
    case "overwrite":
      return before + piece + after;
    case "delete":
      return before + after;
    case "double":
      return before + middle + middle + after;
    case "move":
      return middle + before + after;
    case "repeat":
      return before + piece.repeat(1 + (length % 20)) + middle + after;
  }
}

/** Fails with what was expected of a text. */
export function expect(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(what);
}
