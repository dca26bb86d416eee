import catalogue from "./json-keys.json";
import { schemas, type JsonShape } from "./json-options";

const texts: Readonly<Record<string, Readonly<Record<string, string>>>> = catalogue.keys;
const beginnings: Readonly<Record<string, readonly string[]>> = catalogue.begin;

/** A key of a JSON option: what may stand there, and what it means where that is written down. */
export interface JsonKey {
  readonly name: string;
  readonly summary: string | undefined;
  readonly shape: JsonShape;
}

/** The keys of an option or of an object in it; those with a meaning come first, most telling first. */
export function jsonKeys(flag: string, path: readonly string[]): readonly JsonKey[] {
  let shape = schemas[flag];
  for (const key of path) shape = shape?.properties?.[key];
  const meanings = path.length === 0 ? (texts[flag] ?? {}) : {};
  const names = new Set([...Object.keys(meanings), ...Object.keys(shape?.properties ?? {})]);
  return [...names].map((name) => ({
    name,
    summary: meanings[name],
    shape: shape?.properties?.[name] ?? {},
  }));
}

/** Whole values to begin an option with. */
export function jsonBeginnings(flag: string): readonly string[] {
  return beginnings[flag] ?? ["{}"];
}
