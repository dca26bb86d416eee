import catalogue from "./flags.json";

/** How a flag takes its value; from the parser's own definitions. */
type FlagType =
  | "bool"
  | "int"
  | "float"
  | "str"
  | "enum"
  /** One value that is JSON. */
  | "json"
  /** An integer that also takes `32k`, `32K`, `1.5m`. */
  | "size"
  /** One or more values. */
  | "list"
  /** None or one value. */
  | "optional"
  /** One value each time, and every time counts. */
  | "append";

export type FlagDefault =
  string | number | boolean | null | readonly unknown[] | Readonly<Record<string, unknown>>;

/** A command-line option of `vllm serve`, with its history. Versions are releases, `0.11.0`; `0.4.0` also stands for earlier. */
export interface FlagEntry {
  readonly flag: string;
  readonly aliases?: readonly string[];
  readonly aliasSince?: Readonly<Record<string, string>>;
  readonly type: FlagType;
  /** Left out where there is none: the engine then decides (see `defaultNote`). */
  readonly default?: FlagDefault;
  /** What the default was from which release on. */
  readonly defaults?: readonly (readonly [from: string, value: FlagDefault])[];
  readonly defaultNote?: string;
  /** Words that a number may be replaced with. */
  readonly words?: readonly string[];
  /** The newest release's choices. */
  readonly choices?: readonly (string | number)[];
  /** Plugins add further choices. */
  readonly choicesOpen?: true;
  readonly choicesHistory?: readonly (readonly [
    at: string,
    added: readonly string[],
    removed: readonly string[],
  ])[];
  readonly choicesNote?: string;
  /** The release from which on `--no-flag` exists and a value is an error. */
  readonly negatable?: string;
  readonly since: string;
  readonly deprecated?: string;
  readonly removed?: string;
  /** The removal was announced, not seen. */
  readonly removalAnnounced?: true;
  readonly replacedBy?: string;
  readonly note?: string;
  readonly min?: number;
  readonly max?: number;
  readonly exclusiveMin?: true;
  readonly nullable?: true;
  readonly group: string;
  readonly summary: string;
  /** Index into the catalogue's sources. */
  readonly source: number;
  /** Read from release notes rather than from the parser's source. */
  readonly inferred?: true;
}

export interface FlagCatalogue {
  readonly about: string;
  readonly read: string;
  /** The newest release covered. */
  readonly newest: string;
  readonly sources: readonly string[];
  readonly flags: readonly FlagEntry[];
}

export const flagCatalogue = catalogue as unknown as FlagCatalogue;

let index: ReadonlyMap<string, FlagEntry> | undefined;

/** The entry that has this exact name or alias, dashes for underscores. Built on first use: a file without vLLM never pays. */
export function findFlag(name: string): FlagEntry | undefined {
  index ??= new Map(
    flagCatalogue.flags.flatMap((entry) =>
      [...(entry.aliases ?? []), entry.flag].map((alias) => [withDashes(alias), entry] as const),
    ),
  );
  return index.get(withDashes(name));
}

/** vLLM's parser folds underscores in long names; short ones have none. */
function withDashes(name: string): string {
  return name.replaceAll("_", "-");
}
