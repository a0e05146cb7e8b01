/** Keys that came to a document later: each stands there only where it says something, so that no older document changes its hash. */

import { refuse } from "../../crypto/errors.js";
import { type Fields, type Read, type Shape, record } from "../../crypto/shape.js";

/** A record of `fields` and `later`; of these a key that is not there is read as the empty value, and an empty one that is there is refused. */
export function withLaterKeys<F extends Fields, L extends Fields>(fields: F, later: L, empty: { readonly [K in keyof L]: Read<L[K]> }): Shape<{ [K in keyof (F & L)]: Read<(F & L)[K]> }> {
  const whole = record<F & L>({ ...fields, ...later });
  const none = Object.keys(later).map((key) => [key, JSON.stringify(empty[key])] as const);
  return (value, language) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return refuse("schema", "not an object");
    const found = whole({ ...empty, ...value }, language);
    const isEmpty = none.some(([key, written]) => Object.hasOwn(value, key) && JSON.stringify(found[key]) === written);
    return isEmpty ? refuse("schema", "not written in the one form") : found;
  };
}
