import { findFlag, flagCatalogue, type FlagDefault, type FlagEntry } from "../data/flags";
import { formatVersion, isAtLeast, type VllmVersion } from "./version";

export interface FlagMatch {
  readonly entry: FlagEntry;
  /** Written as `--no-…`. */
  readonly negated: boolean;
  /** Written as an unambiguous prefix, which argparse accepts. */
  readonly abbreviated: boolean;
}

/** Finds the flag that vLLM's parser of a release would take a written name for. */
export function matchFlag(name: string, version: VllmVersion): FlagMatch | undefined {
  const folded = name.startsWith("--") ? name.replaceAll("_", "-") : name;
  const exact = findFlag(folded);
  if (exact && !isHidden(exact, folded, version)) return { entry: exact, negated: false, abbreviated: false };
  const positive = folded.startsWith("--no-") ? findFlag(`--${folded.slice(5)}`) : undefined;
  if (positive?.type === "bool") return { entry: positive, negated: true, abbreviated: false };
  return folded.startsWith("--") && folded.length > 3 ? byPrefix(folded, version) : undefined;
}

/** An alias that the release does not have yet. */
function isHidden(entry: FlagEntry, name: string, version: VllmVersion): boolean {
  const since = entry.aliasSince?.[name];
  return since !== undefined && !isAtLeast(version, since);
}

function byPrefix(prefix: string, version: VllmVersion): FlagMatch | undefined {
  const matches = longNamesAt(version).filter(([name]) => name.startsWith(prefix));
  const [first, ...rest] = matches;
  if (first === undefined || rest.some(([, match]) => match.entry !== first[1].entry)) return undefined;
  return first[1];
}

const tables = new Map<string, readonly (readonly [string, FlagMatch])[]>();

/** Every long name of a release, `--no-` forms included. */
function longNamesAt(version: VllmVersion): readonly (readonly [string, FlagMatch])[] {
  const key = formatVersion(version);
  let table = tables.get(key);
  if (!table) {
    table = flagCatalogue.flags.flatMap((entry) => {
      if (!existsAt(entry, version)) return [];
      const names: (readonly [string, FlagMatch])[] = [
        [entry.flag, { entry, negated: false, abbreviated: true }],
      ];
      if (isNegatableAt(entry, version))
        names.push([`--no-${entry.flag.slice(2)}`, { entry, negated: true, abbreviated: true }]);
      return names;
    });
    tables.set(key, table);
  }
  return table;
}

export function existsAt(entry: FlagEntry, version: VllmVersion): boolean {
  // The oldest release of the catalogue stands for all before it.
  const begun = entry.since === "0.4.0" || isAtLeast(version, entry.since);
  return begun && (entry.removed === undefined || !isAtLeast(version, entry.removed));
}

export function isNegatableAt(entry: FlagEntry, version: VllmVersion): boolean {
  return entry.negatable !== undefined && isAtLeast(version, entry.negatable);
}

/** The default of a release; null where the engine decides. */
export function defaultAt(entry: FlagEntry, version: VllmVersion): FlagDefault {
  let value = entry.defaults?.[0]?.[1] ?? entry.default ?? null;
  for (const [from, next] of entry.defaults ?? []) if (isAtLeast(version, from)) value = next;
  return value;
}

/** The choices of a release: today's, with what has happened since undone. */
export function choicesAt(entry: FlagEntry, version: VllmVersion): readonly (string | number)[] | undefined {
  if (!entry.choices) return undefined;
  let choices = [...entry.choices];
  for (const [at, added, removed] of (entry.choicesHistory ?? []).toReversed()) {
    if (isAtLeast(version, at)) continue;
    choices = choices.filter((choice) => !added.includes(String(choice)));
    choices.push(...removed);
  }
  return choices;
}
