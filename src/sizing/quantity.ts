/** One number that went into a result, and where it came from. */
export interface Ingredient {
  readonly name: string;
  readonly value: string;
  readonly origin: string;
}

/** A number with its error band, the formula that gave it with the numbers put in, and their origins. */
export interface Quantity {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly formula: string;
  readonly inputs: readonly Ingredient[];
}

/** A value in force and where it came from. */
export interface Given<T> {
  readonly value: T;
  readonly origin: string;
}

export function given<T>(value: T, origin: string): Given<T> {
  return { value, origin };
}

export function ingredient(name: string, from: Given<unknown>): Ingredient {
  return { name, value: String(from.value), origin: from.origin };
}

/** A quantity whose half-width is a share of the value plus a fixed part. */
export function banded(
  value: number,
  halfWidth: number,
  formula: string,
  inputs: readonly Ingredient[],
): Quantity {
  const half = Math.max(0, halfWidth);
  return { value, low: Math.max(0, value - half), high: value + half, formula, inputs };
}

/** A quantity with a band of its own shape, kept in order. */
export function between(
  low: number,
  value: number,
  high: number,
  formula: string,
  inputs: readonly Ingredient[],
): Quantity {
  return { value, low: Math.min(low, value), high: Math.max(high, value), formula, inputs };
}

/** The root of the sum of squares: how independent errors add up. */
export function rootSumOfSquares(parts: readonly number[]): number {
  return Math.sqrt(parts.reduce((sum, part) => sum + part * part, 0));
}

export const GIB = 2 ** 30;

export function ceilDiv(a: number, b: number): number {
  return Math.ceil(a / b);
}

export function roundUp(value: number, step: number): number {
  return ceilDiv(value, step) * step;
}
