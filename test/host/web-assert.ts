/** The part of node:assert/strict that host tests use, for the web worker, where there is no Node. */

class AssertionError extends Error {
  override readonly name = "AssertionError";

  constructor(
    message: string | undefined,
    fallback: string,
    readonly actual?: unknown,
    readonly expected?: unknown,
  ) {
    super(message ?? fallback);
  }
}

function ok(value: unknown, message?: string): void {
  if (!value) throw new AssertionError(message, `${show(value)} is not truthy`);
}

function fail(message?: string): never {
  throw new AssertionError(message, "failed");
}

function equal(actual: unknown, expected: unknown, message?: string): void {
  if (!Object.is(actual, expected))
    throw new AssertionError(message, `${show(actual)} is not ${show(expected)}`, actual, expected);
}

function notEqual(actual: unknown, expected: unknown, message?: string): void {
  if (Object.is(actual, expected)) throw new AssertionError(message, `both are ${show(actual)}`);
}

function deepEqual(actual: unknown, expected: unknown, message?: string): void {
  if (!same(actual, expected))
    throw new AssertionError(message, `${show(actual)} is not deeply ${show(expected)}`, actual, expected);
}

function match(text: string, pattern: RegExp, message?: string): void {
  if (!pattern.test(text)) throw new AssertionError(message, `${show(text)} does not match ${pattern}`);
}

function doesNotMatch(text: string, pattern: RegExp, message?: string): void {
  if (pattern.test(text)) throw new AssertionError(message, `${show(text)} matches ${pattern}`);
}

function same(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (typeof left !== "object" || typeof right !== "object" || !left || !right) return false;
  if (Object.getPrototypeOf(left) !== Object.getPrototypeOf(right)) return false;
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every(
    (key) => Object.hasOwn(right, key) && same(Reflect.get(left, key), Reflect.get(right, key)),
  );
}

function show(value: unknown): string {
  const json: string | undefined = JSON.stringify(value);
  // Functions, symbols and undefined have no JSON.
  return json ?? typeof value;
}

export default Object.assign(ok, {
  ok,
  fail,
  equal,
  strictEqual: equal,
  notEqual,
  deepEqual,
  deepStrictEqual: deepEqual,
  match,
  doesNotMatch,
});
