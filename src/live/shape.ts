import { isRecord, type Dict } from "../base/record";

/** A field that is a text; a number or boolean in its place is taken as its spelling. */
export function textField(value: unknown, key: string): string | undefined {
  const field = isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  if (typeof field === "string") return field;
  return typeof field === "number" || typeof field === "boolean" ? String(field) : undefined;
}

export function numberField(value: unknown, key: string): number | undefined {
  const field = isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return typeof field === "number" && Number.isFinite(field) ? field : undefined;
}

export function recordField(value: unknown, ...path: readonly string[]): Dict {
  let at: unknown = value;
  for (const key of path) at = isRecord(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  return isRecord(at) ? at : {};
}

export function listField(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const last = path.at(-1) ?? "";
  const field = recordField(value, ...path.slice(0, -1))[last];
  return Array.isArray(field) ? field : [];
}

/** The texts of a map, such as labels. A `Map`, for a key may be called `__proto__`. */
export function textMap(value: unknown): ReadonlyMap<string, string> {
  const entries = isRecord(value) ? Object.entries(value) : [];
  return new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}
