/** Codes and amounts as the watch's host gives them: read strictly, and looked up among the names of this page alone. */

import { refuse } from "../../crypto/errors.js";
import type { Shape } from "../../crypto/shape.js";

const CODE = /^[a-z][a-z0-9_]{0,31}$/;
const LETTER = /^[a-p]$/;
const HIGHEST = 1e9;

/** A kind of event or a column, by its code. */
export const code: Shape<string> = (value) => (typeof value === "string" && CODE.test(value) ? value : refuse("schema", "not a code"));
/** A letter of art. 19 of Directive (EU) 2019/1937. */
export const letter: Shape<string> = (value) => (typeof value === "string" && LETTER.test(value) ? value : refuse("schema", "not a letter"));
/** A number from 0 on that need not be whole. */
export const amount: Shape<number> = (value) =>
  typeof value === "number" && value >= 0 && value <= HIGHEST ? value : refuse("schema", "not an amount");

/** The name that a page has for a code; null where it has none, whatever every object inherits. */
export function named<T>(names: Readonly<Record<string, T>>, found: string): T | null {
  return Object.hasOwn(names, found) ? (names[found] ?? null) : null;
}
