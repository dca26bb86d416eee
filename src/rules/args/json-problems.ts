import { pointerTo } from "../../base/json";
import validate, { schemas, type JsonShape } from "../../data/json-options";
import { isAtLeast, type VllmVersion } from "../../vllm/version";
import type { Severity } from "../define";
import { closest } from "./closest";
import type { Certainty } from "./version-claim";
import { isRecord } from "../../base/record";

export interface JsonProblem {
  /** JSON pointer into the option's value. */
  readonly pointer: string;
  readonly part: "key" | "value";
  readonly message: string;
  readonly advice: string;
  readonly severity: Severity;
  /** The word to write in place of the key or string at fault. */
  readonly instead?: string;
}

/** The release whose configurations were the first to check the types of their fields (pydantic dataclasses). */
const CHECKED_SINCE = "0.9.0";

/** The value of an option as it is given: whole, or one key of it. */
export interface GivenJson {
  readonly flag: string;
  readonly value: unknown;
  /** False for `--option.key value`: other keys may be given elsewhere. */
  readonly whole: boolean;
}

/** What vLLM will refuse or ignore in the value of a JSON option. */
export function problemsIn(
  given: GivenJson,
  version: VllmVersion,
  certainty: Certainty,
): readonly JsonProblem[] {
  const shape = schemas[given.flag];
  if (shape === undefined || certainty === "none" || !isAtLeast(version, CHECKED_SINCE)) return [];
  const severity = certainty === "sure" ? "error" : "warning";
  return [...invalidValues(given, shape, severity), ...keysOf(shape, given.value, "", { version, severity })];
}

function invalidValues(
  { flag, value, whole }: GivenJson,
  shape: JsonShape,
  severity: Severity,
): readonly JsonProblem[] {
  if (validate({ [flag]: value })) return [];
  const keywords = new Map<string, string>();
  for (const { instancePath, keyword } of validate.errors ?? []) {
    const pointer = instancePath.slice(pointerTo("", flag).length);
    if (!keywords.has(pointer)) keywords.set(pointer, keyword);
  }
  return [...keywords].flatMap(([pointer, keyword]) => {
    const found = shapeAt(shape, pointer);
    const actual = valueAt(value, pointer);
    if (found === undefined) return [];
    if (keyword === "dependencies") return whole ? missingKeys(found, pointer, actual, severity) : [];
    const name = pointer === "" ? flag : lastPart(pointer);
    // What is only merged into other settings is read with the first request.
    const isMerged = shape.free === true && pointer !== "";
    return [
      {
        pointer,
        part: "value" as const,
        severity: isMerged ? "warning" : severity,
        ...mismatch(name, found, actual, isMerged),
      },
    ];
  });
}

const CONSEQUENCE = {
  read: "vLLM ends with a validation error at its start.",
  merged: "vLLM merges it unread; what uses it later fails.",
} as const;

function mismatch(
  name: string,
  shape: JsonShape,
  actual: unknown,
  isMerged: boolean,
): Pick<JsonProblem, "message" | "advice" | "instead"> {
  const near = typeof actual === "string" ? closest(actual, (choicesOf(shape) ?? []).map(String)) : undefined;
  return {
    message: `\`${name}\` takes ${expectation(shape)}, not \`${shorten(actual)}\`.`,
    advice: near === undefined ? CONSEQUENCE[isMerged ? "merged" : "read"] : `Write \`${near}\`.`,
    ...(near === undefined ? {} : { instead: near }),
  };
}

function missingKeys(
  shape: JsonShape,
  pointer: string,
  actual: unknown,
  severity: Severity,
): readonly JsonProblem[] {
  return Object.entries(shape.dependencies ?? {}).flatMap(([key, needed]) => {
    const missing = needed.filter(
      (other) => isRecord(actual) && Object.hasOwn(actual, key) && !Object.hasOwn(actual, other),
    );
    return missing.map((other) => ({
      pointer: pointerTo(pointer, key),
      part: "key" as const,
      message: `\`${key}\` needs \`${other}\` beside it.`,
      advice: `Add \`${other}\`${choiceText(shape.properties?.[other])}.`,
      severity,
    }));
  });
}

function choiceText(shape: JsonShape | undefined): string {
  return shape?.enum ? `: ${shape.enum.map((choice) => `\`${String(choice)}\``).join(", ")}` : "";
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
  string: "a string",
  object: "an object",
  array: "a list",
};

/** More names than anyone reads are none to be told. */
const MAX_CHOICES = 8;

function choicesOf(shape: JsonShape): readonly unknown[] | undefined {
  const all = shape.enum ?? shape.names;
  return all && all.length <= MAX_CHOICES ? all : undefined;
}

function expectation(shape: JsonShape): string {
  const choices = choicesOf(shape);
  if (choices) return `one of ${choices.map((choice) => `\`${String(choice)}\``).join(", ")}`;
  const types = typeof shape.type === "string" ? [shape.type] : (shape.type ?? []);
  const text = types.map((type) => TYPE_NAMES[type] ?? type).join(" or ");
  if (shape.minimum !== undefined && shape.maximum !== undefined)
    return `${text} from ${shape.minimum} to ${shape.maximum}`;
  return shape.minimum === undefined ? text : `${text} of ${shape.minimum} or more`;
}

interface Judge {
  readonly version: VllmVersion;
  readonly severity: Severity;
}

/** Keys that the release no longer has, keys that look like a slip, and values that do. */
function keysOf(shape: JsonShape, value: unknown, parent: string, judge: Judge): readonly JsonProblem[] {
  const { properties } = shape;
  if (!properties || !isRecord(value)) return [];
  return Object.keys(value).flatMap((key) => {
    const pointer = pointerTo(parent, key);
    const known = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (known === undefined) return shape.free ? [] : unknownKey(shape, properties, key, pointer, judge);
    const gone = removedKey(shape, known, key, pointer, judge);
    return [
      ...(gone ? [gone] : []),
      ...unknownName(known, value[key], pointer),
      ...keysOf(known, value[key], pointer, judge),
    ];
  });
}

function unknownKey(
  shape: JsonShape,
  properties: Readonly<Record<string, JsonShape>>,
  key: string,
  pointer: string,
  { version }: Judge,
): readonly JsonProblem[] {
  const names = Object.keys(properties).filter((name) => !isGone(properties[name], version));
  const near = closest(key.replaceAll("-", "_"), names);
  if (near === undefined) return [];
  return [
    {
      pointer,
      part: "key",
      message: `\`${key}\` is no key of ${shape.title ?? "this option"}; \`${near}\` is.`,
      advice: `Write \`${near}\`.`,
      severity: "warning",
      instead: near,
    },
  ];
}

function isGone(shape: JsonShape | undefined, version: VllmVersion): boolean {
  return shape?.removed !== undefined && isAtLeast(version, shape.removed);
}

function removedKey(
  parent: JsonShape,
  { removed, replacedBy, type }: JsonShape,
  key: string,
  pointer: string,
  { version, severity }: Judge,
): JsonProblem | undefined {
  if (removed === undefined || !isAtLeast(version, removed)) return undefined;
  const successor = replacedBy === undefined ? undefined : parent.properties?.[replacedBy];
  const takesTheSame =
    successor !== undefined &&
    [type ?? []].flat().every((one) => [successor.type ?? []].flat().includes(one));
  return {
    pointer,
    part: "key",
    message: `\`${key}\` is no longer a key of ${parent.title ?? "this option"}: vLLM ${removed} is without it.`,
    advice:
      replacedBy === undefined
        ? "Take it out."
        : `\`${replacedBy}\` takes its place${takesTheSame ? "" : ", with values of its own"}.`,
    severity,
    ...(takesTheSame && replacedBy !== undefined ? { instead: replacedBy } : {}),
  };
}

/** A word that is no value known so far: later releases may have it, unless it looks like a slip. */
function unknownName(shape: JsonShape, value: unknown, pointer: string): readonly JsonProblem[] {
  const { names } = shape;
  // What the schema itself tests has been told already.
  if (!names || typeof value !== "string" || Array.isArray(shape.type) || names.includes(value)) return [];
  const near = closest(value, names);
  if (near === undefined) return [];
  return [
    {
      pointer,
      part: "value",
      message: `\`${value}\` is no value of \`${lastPart(pointer)}\` that vLLM knows; \`${near}\` is.`,
      advice: `Write \`${near}\`.`,
      severity: "warning",
      instead: near,
    },
  ];
}

function shapeAt(shape: JsonShape, pointer: string): JsonShape | undefined {
  let found: JsonShape | undefined = shape;
  for (const part of partsOf(pointer)) {
    const properties: JsonShape["properties"] = found?.properties;
    // Items of a list and keys of an open map are told with what holds them.
    if (properties === undefined || !Object.hasOwn(properties, part)) return found;
    found = properties[part];
  }
  return found;
}

function valueAt(value: unknown, pointer: string): unknown {
  let found = value;
  for (const part of partsOf(pointer)) {
    if (typeof found !== "object" || found === null) return undefined;
    found = (found as Readonly<Record<string, unknown>>)[part];
  }
  return found;
}

function partsOf(pointer: string): readonly string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function lastPart(pointer: string): string {
  return partsOf(pointer).at(-1) ?? "";
}

function shorten(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
