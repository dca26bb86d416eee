import { scalarAt, textAt, type YamlNode } from "../yaml/node";

/**
 * A Kubernetes quantity, exactly: the smallest it can tell apart is a billionth, and floating point would lose bytes
 * beyond 8 PiB.
 */
export interface Quantity {
  readonly nano: bigint;
}

const NANO = 1_000_000_000n;

const SUFFIXES: Readonly<Record<string, readonly [base: bigint, exponent: bigint]>> = {
  Ki: [1024n, 1n],
  Mi: [1024n, 2n],
  Gi: [1024n, 3n],
  Ti: [1024n, 4n],
  Pi: [1024n, 5n],
  Ei: [1024n, 6n],
  k: [1000n, 1n],
  M: [1000n, 2n],
  G: [1000n, 3n],
  T: [1000n, 4n],
  P: [1000n, 5n],
  E: [1000n, 6n],
};

/** Suffixes below one, as powers of ten. */
const SMALL: Readonly<Record<string, number>> = { m: -3, u: -6, n: -9 };

const FORM = /^([+-]?)(\d*)(?:\.(\d*))?(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]|[eE][+-]?\d+)?$/;

/** Longer numbers and larger exponents are no quantities that a cluster takes; they would only cost time. */
const MAX_DIGITS = 40;
const MAX_EXPONENT = 30;

/** Reads `200Gi`, `1500m`, `1e3` or `0.5`; undefined for anything that Kubernetes would refuse. */
export function parseQuantity(text: string): Quantity | undefined {
  const match = FORM.exec(text);
  if (!match) return undefined;
  const [, sign = "", whole = "", fraction = "", suffix = ""] = match;
  const digits = whole + fraction;
  if (digits === "" || digits.length > MAX_DIGITS) return undefined;
  const scale = scaleOf(suffix);
  if (!scale) return undefined;
  const magnitude = divideUp(BigInt(digits) * NANO * scale.times, 10n ** BigInt(fraction.length) * scale.by);
  return { nano: sign === "-" ? -magnitude : magnitude };
}

function scaleOf(suffix: string): { readonly times: bigint; readonly by: bigint } | undefined {
  const power = SUFFIXES[suffix];
  if (power) return { times: power[0] ** power[1], by: 1n };
  const exponent = suffix === "" ? 0 : (SMALL[suffix] ?? Number(suffix.slice(1)));
  if (Math.abs(exponent) > MAX_EXPONENT) return undefined;
  return exponent < 0
    ? { times: 1n, by: 10n ** BigInt(-exponent) }
    : { times: 10n ** BigInt(exponent), by: 1n };
}

/** Kubernetes rounds what is finer than a billionth away from zero. */
function divideUp(value: bigint, by: bigint): bigint {
  return (value + by - 1n) / by;
}

/** In units: bytes for memory, cores for CPU, devices for GPUs. Exact up to 2^53. */
export function quantityValue(quantity: Quantity): number {
  return Number(quantity.nano / NANO) + Number(quantity.nano % NANO) / 1e9;
}

export function compareQuantities(a: Quantity, b: Quantity): number {
  return a.nano < b.nano ? -1 : a.nano > b.nano ? 1 : 0;
}

/** The quantity in a scalar, quoted or not; undefined when it is missing, templated or no quantity. */
export function quantityAt(
  node: YamlNode | null | undefined,
  ...path: readonly string[]
): Quantity | undefined {
  const text = textAt(node, ...path);
  if (text === undefined) return undefined;
  const scalar = scalarAt(node, ...path);
  // YAML's own spellings of numbers (`1_000`, `0x10`) reach Kubernetes as the number they mean.
  return (
    parseQuantity(text) ??
    (typeof scalar?.value === "number" ? parseQuantity(String(scalar.value)) : undefined)
  );
}

/** As `quantityAt`, in units. */
export function amountAt(node: YamlNode | null | undefined, ...path: readonly string[]): number | undefined {
  const quantity = quantityAt(node, ...path);
  return quantity && quantityValue(quantity);
}
