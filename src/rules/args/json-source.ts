import { span } from "../../base/span";
import { pointerTo, readJson, type JsonSyntaxError } from "../../base/json";
import type { Setting } from "../../vllm/model";
import type { Spot } from "../../yaml/document";

/** The JSON value that an option gives, wherever it is written, with the place of each part of it. */
export interface JsonSource {
  readonly value: unknown;
  /** The key's own characters, quotes included, by JSON pointer. */
  keyAt(pointer: string): Spot;
  valueAt(pointer: string): Spot;
}

export type JsonRead =
  | { readonly kind: "value"; readonly source: JsonSource }
  | { readonly kind: "error"; readonly error: JsonSyntaxError; readonly at: Spot };

/** The JSON of an option written whole: `--speculative-config '{"method": "ngram"}'`. */
export function readWhole(setting: Setting, text: string): JsonRead {
  const { value, error, places } = readJson(text);
  const placeOf = (from: number, to: number): Spot => setting.placeOf?.(from, to) ?? setting.valueAt;
  if (error) return { kind: "error", error, at: placeOf(error.at.start, error.at.end) };
  const spotOf = (pointer: string, part: "key" | "value"): Spot => {
    const place = places.get(pointer)?.[part];
    return place ? placeOf(place.start, place.end) : setting.valueAt;
  };
  return {
    kind: "value",
    source: {
      value,
      keyAt: (pointer) => spotOf(pointer, "key"),
      valueAt: (pointer) => spotOf(pointer, "value"),
    },
  };
}

/**
 * The JSON of an option written key by key: `--compilation-config.mode 3`. What is no JSON counts as a string (FlexibleArgumentParser,
 * vllm/utils/argparse_utils.py).
 */
export function readDotted(setting: Setting, text: string): JsonSource {
  const { path } = setting;
  const isList = path.at(-1)?.endsWith("+") === true;
  const keys = path.map((key) => key.replace(/\+$/, ""));
  const { value, error } = readJson(text);
  const leaf = isList ? text.split(",") : error ? text : value;
  const whole = keys.toReversed().reduce<unknown>((inner, key) => ({ [key]: inner }), leaf);
  const spots = new Map(pointersOf(keys).map((pointer, i) => [pointer, keySpot(setting, i)]));
  return {
    value: whole,
    keyAt: (pointer) => spots.get(pointer) ?? setting.valueAt,
    valueAt: () => setting.valueAt,
  };
}

function pointersOf(keys: readonly string[]): readonly string[] {
  let pointer = "";
  return keys.map((key) => (pointer = pointerTo(pointer, key)));
}

/** The characters of one key of `--option.key.key`, where the spelling stands in the text as it is. */
function keySpot({ flagAt, spelling, path }: Setting, index: number): Spot {
  const { doc, span: whole } = flagAt;
  if (doc.text.slice(whole.start, whole.end) !== spelling) return flagAt;
  const before = path
    .slice(0, index)
    .reduce((length, key) => length + key.length + 1, spelling.indexOf(".") + 1);
  const from = whole.start + before;
  return { doc, span: span(from, from + (path[index]?.replace(/\+$/, "").length ?? 0)) };
}
