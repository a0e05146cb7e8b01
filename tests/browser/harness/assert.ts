// Stands in for `node:assert/strict` when the same test file runs in a real browser.

type Kind = new (...words: never[]) => Error;
type Check = ((error: unknown) => boolean) & { readonly prototype?: unknown };
type Expected = RegExp | Kind | Check;

/** Fails with a sentence. */
export function fail(message: string): never {
  throw new Error(`assertion failed: ${message}`);
}

/** Holds for anything truthy. */
export function ok(value: unknown, message = "expected something true"): asserts value {
  if (!value) fail(message);
}

/** Holds when both are the same value. */
export function equal(actual: unknown, expected: unknown, message = ""): void {
  if (!Object.is(actual, expected)) fail(`${message} ${show(actual)} is not ${show(expected)}`);
}

/** Holds when the two are different values. */
export function notEqual(actual: unknown, other: unknown, message = ""): void {
  if (Object.is(actual, other)) fail(`${message} both are ${show(actual)}`);
}

/** Holds when both have the same shape and the same values, all the way down. */
export function deepEqual(actual: unknown, expected: unknown, message = ""): void {
  if (!same(actual, expected)) fail(`${message} ${show(actual)} differs from ${show(expected)}`);
}

/** Holds when the two differ somewhere. */
export function notDeepEqual(actual: unknown, other: unknown, message = ""): void {
  if (same(actual, other)) fail(`${message} both are ${show(actual)}`);
}

/** Holds when the text matches. */
export function match(text: string, pattern: RegExp): void {
  if (!pattern.test(text)) fail(`${show(text)} does not match ${pattern}`);
}

/** Holds when nothing in the text matches. */
export function doesNotMatch(text: string, pattern: RegExp): void {
  if (pattern.test(text)) fail(`${show(text)} matches ${pattern}`);
}

/** Holds when calling throws what was expected. */
export function throws(call: () => unknown, expected?: Expected): void {
  try {
    call();
  } catch (error) {
    return checkError(error, expected);
  }
  fail("nothing was thrown");
}

/** Holds when the promise, or what the call returns, is rejected with what was expected. */
export async function rejects(
  promise: Promise<unknown> | (() => Promise<unknown>),
  expected?: Expected,
): Promise<void> {
  try {
    await (typeof promise === "function" ? promise() : promise);
  } catch (error) {
    return checkError(error, expected);
  }
  fail("nothing was rejected");
}

function checkError(error: unknown, expected: Expected | undefined): void {
  if (expected === undefined) return;
  if (expected instanceof RegExp) return match(String(error), expected);
  if (!isKind(expected) && expected(error) !== true) fail(`refused: ${String(error)}`);
  if (isKind(expected) && !(error instanceof expected)) fail(`another error: ${String(error)}`);
}

function isKind(expected: Kind | Check): expected is Kind {
  const prototype: unknown = expected.prototype;
  return expected === Error || prototype instanceof Error;
}

function same(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== "object" || typeof other !== "object" || !one || !other) return false;
  if (Object.getPrototypeOf(one) !== Object.getPrototypeOf(other)) return false;
  if (one instanceof Map || one instanceof Set) return same([...one], [...(other as Set<unknown>)]);
  const keys = Object.keys(one);
  if (keys.length !== Object.keys(other).length) return false;
  return keys.every((key) => same(one[key as never], other[key as never]));
}

function show(value: unknown): string {
  if (value instanceof Uint8Array) return `bytes ${Array.from(value.slice(0, 64)).join(" ")}`;
  if (typeof value === "bigint") return `${value}n`;
  return JSON.stringify(value) ?? String(value);
}

export const strictEqual = equal;
export const deepStrictEqual = deepEqual;
export default Object.assign(ok, {
  ok, fail, equal, notEqual, deepEqual, notDeepEqual, match, doesNotMatch, throws, rejects, strictEqual, deepStrictEqual,
});
