import { isRecord } from "../base/record";

/** Reads typed values out of JSON of any form: the first object that has a usable one wins, anything else is undefined. */
export class JsonReader {
  constructor(private readonly objects: readonly Record<string, unknown>[]) {}

  raw(key: string): unknown {
    for (const object of this.objects) {
      const value = Object.hasOwn(object, key) ? object[key] : undefined;
      if (value !== undefined && value !== null) return value;
    }
    return undefined;
  }

  /** A positive whole number. */
  count(...keys: readonly string[]): number | undefined {
    for (const key of keys) {
      for (const object of this.objects) {
        const value = Object.hasOwn(object, key) ? object[key] : undefined;
        if (typeof value === "number" && Number.isSafeInteger(value) && value > 0) return value;
      }
    }
    return undefined;
  }

  fraction(key: string): number | undefined {
    const value = this.raw(key);
    return typeof value === "number" && Number.isFinite(value) ? value : undefined;
  }

  string(...keys: readonly string[]): string | undefined {
    for (const key of keys) {
      const value = this.raw(key);
      if (typeof value === "string") return value;
    }
    return undefined;
  }

  boolean(key: string): boolean | undefined {
    const value = this.raw(key);
    return typeof value === "boolean" ? value : undefined;
  }

  record(key: string): Record<string, unknown> | undefined {
    const value = this.raw(key);
    return isRecord(value) ? value : undefined;
  }

  list(key: string): readonly unknown[] | undefined {
    const value = this.raw(key);
    return Array.isArray(value) ? value : undefined;
  }

  /** The first string of a list, from the last object that has one: `architectures` of the outer config. */
  firstString(key: string): string | undefined {
    for (const object of [...this.objects].reverse()) {
      const value = object[key];
      if (Array.isArray(value) && typeof value[0] === "string") return value[0];
    }
    return undefined;
  }
}
