import { allEntries } from "../kubernetes";
import { traceSource } from "../shell/template";
import { asMap, asScalar, spotOf, type YamlEntry, type YamlMap } from "../yaml/node";
import { matchFlag, type FlagMatch } from "./flags";
import { literalText } from "./literal";
import type { Origin, Setting, UnrecognisedArgument } from "./model";
import type { VllmVersion } from "./version";

export interface MapSettings {
  readonly bindings: readonly Setting[];
  readonly unrecognised: readonly UnrecognisedArgument[];
  readonly open: boolean;
}

export interface MapOptions {
  readonly version: VllmVersion;
  /** By what name a key means an option: vLLM's own spelling, or a chart's. */
  readonly flagOf: (key: string) => string;
  readonly originOf: (key: string) => Origin;
  /** Charts know no abbreviations, unlike vLLM's own parser. */
  readonly exact?: boolean;
}

/** Reads a map of options: a `--config` file, `engine_kwargs`, a chart's `vllmConfig`. */
export function settingsOfMap(map: YamlMap, options: MapOptions): MapSettings {
  const bindings: Setting[] = [];
  const unrecognised: UnrecognisedArgument[] = [];
  for (const entry of allEntries(map)) {
    const key = entry.key.text;
    const found = entry.key.templated ? undefined : matchFlag(options.flagOf(key), options.version);
    const match = found?.abbreviated && options.exact ? undefined : found;
    if (match) bindings.push(settingOf(entry, match, options.originOf(key)));
    else if (!entry.key.templated) unrecognised.push({ text: key, at: spotOf(entry.key) });
  }
  return { bindings, unrecognised, open: map.open };
}

function settingOf(entry: YamlEntry, match: FlagMatch, origin: Origin): Setting {
  const { key, value } = entry;
  const text = valueText(entry);
  const scalar = asScalar(value);
  // `no-enable-prefix-caching: true` is the switch off, `enable-prefix-caching: false` too.
  const negated = match.entry.type === "bool" && (match.negated ? text !== "false" : text === "false");
  return {
    flag: match.entry.flag,
    spelling: key.text,
    path: [],
    negated,
    text,
    origin,
    flagAt: spotOf(key),
    valueAt: value ? spotOf(value) : spotOf(key),
    placeOf: scalar && ((from, to) => ({ doc: scalar.doc, span: scalar.spanOf(from, to) })),
    form: "map",
  };
}

function valueText({ value }: YamlEntry): string | undefined {
  if (!value) return undefined;
  const scalar = asScalar(value);
  if (scalar) return scalar.value === null ? undefined : literalText(traceSource(scalar));
  const plain = toPlain(value, 0);
  if (plain === undefined) return undefined;
  if (Array.isArray(plain) && plain.every((item) => typeof item !== "object")) return plain.join(" ");
  return JSON.stringify(plain);
}

const MAX_DEPTH = 12;

/** A node as plain data; undefined when a part of it is unknown. */
function toPlain(node: YamlEntry["value"], depth: number): unknown {
  if (!node || depth > MAX_DEPTH) return undefined;
  const scalar = asScalar(node);
  if (scalar) return scalar.templated ? undefined : scalar.value;
  if (node.kind !== "scalar" && node.open) return undefined;
  const map = asMap(node);
  if (map)
    return Object.fromEntries(allEntries(map).map(({ key, value }) => [key.text, toPlain(value, depth + 1)]));
  return node.kind === "seq" ? node.items.map((item) => toPlain(item, depth + 1)) : undefined;
}
