/** Powers of a thousand, and of 1024, that vLLM's `human_readable_int` knows. */
const DECIMAL: Readonly<Record<string, number>> = { k: 1e3, m: 1e6, g: 1e9, t: 1e12 };
const BINARY: Readonly<Record<string, number>> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/** Reads `32768`, `32k` (32,000), `32K` (32,768), `1.5m`, the way vLLM does; undefined for anything else. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)([kKmMgGtT])$/.exec(text.trim());
  if (!match) return parseInteger(text);
  const [, digits = "", suffix = ""] = match;
  const decimal = DECIMAL[suffix];
  if (decimal !== undefined) return Math.trunc(Number(digits) * decimal);
  const binary = BINARY[suffix];
  return binary === undefined || digits.includes(".") ? undefined : Number(digits) * binary;
}

/** An integer as Python's `int()` reads it: signs and single underscores between digits are fine. */
export function parseInteger(text: string): number | undefined {
  const plain = text.trim();
  return /^[+-]?\d+(_\d+)*$/.test(plain) ? Number(plain.replaceAll("_", "")) : undefined;
}

/** A number as Python's `float()` reads it, infinities and NaN left out. */
export function parseFloatNumber(text: string): number | undefined {
  const plain = text.trim();
  return /^[+-]?(\d+(_\d+)*\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(plain)
    ? Number(plain.replaceAll("_", ""))
    : undefined;
}
