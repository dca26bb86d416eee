import type * as Unbash from "unbash";

type Library = Pick<typeof Unbash, "parse">;

let load: () => Library = () => {
  throw new Error("the shell parser was not provided");
};
let library: Library | undefined;

/** Says how to get the parser of shell scripts. It is a file of its own, evaluated when the first script has to be read. */
export function provideShellParser(loader: () => Library): void {
  load = loader;
}

/**
 * Stands for the package's own function in the editor's bundles.
 * @public
 */
export const parse: Library["parse"] = (script) => (library ??= load()).parse(script);
