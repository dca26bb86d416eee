import type { LRParser } from "@lezer/lr";
import type * as Unbash from "unbash";

/** Parsers that are files of their own, each evaluated with the first text that it has to read. */
export interface Parsers {
  readonly shell: Pick<typeof Unbash, "parse">;
  readonly promql: { readonly parser: LRParser };
}

type Loaders = { readonly [Name in keyof Parsers]: () => Parsers[Name] };

let loaders: Loaders | undefined;
let shell: Parsers["shell"] | undefined;
let promql: Parsers["promql"] | undefined;

/** Says how to get them. */
export function provideParsers(given: Loaders): void {
  loaders = given;
}

function provided(): Loaders {
  if (!loaders) throw new Error("the parsers were not provided");
  return loaders;
}

/**
 * Stands for unbash's own function in the editor's bundles.
 * @public
 */
export const parse: Parsers["shell"]["parse"] = (script) => (shell ??= provided().shell()).parse(script);

/**
 * Stands for the parser of @prometheus-io/lezer-promql there.
 * @public
 */
export const parser: Pick<LRParser, "parse"> = {
  parse: (query) => (promql ??= provided().promql()).parser.parse(query),
};
