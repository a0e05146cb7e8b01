/** What the watch's host says of packets, cover and links, read strictly. */

import { refuse } from "../../../crypto/errors.js";
import { type Shape, base64, day, distinct, integer, list, oneOf, record, text } from "../../../crypto/shape.js";
import { LINK_SIZE, PROTECTION_SIZE } from "../../../crypto/watch/protection.js";

/** So many packets or wishes go at once. */
export const AT_ONCE = 64;
const EMPLOYEES = 16_384;
const OUTCOMES = ["entered", "prolonged", "ended", "not-there", "full", "waits", "not-agreed", "unknown"] as const;
export type Outcome = (typeof OUTCOMES)[number];

export const packetsShape = record({ packets: list(base64(PROTECTION_SIZE), AT_ONCE) });
/** Nobody twice: each is an entry of its own. */
export const coverShape = record({ employees: distinct(text(128), EMPLOYEES), missing: integer() });
const outcomes = record({ outcomes: list(oneOf(...OUTCOMES), AT_ONCE) });
/** One word for each of so many wishes; with one more or less nobody knows which is whose. */
export function outcomesOf(wishes: number): Shape<Outcome[]> {
  return (value) => {
    const found = outcomes(value).outcomes;
    return found.length === wishes ? found : refuse("schema", "not one word for each wish");
  };
}
export const linksShape = record({ entries: list(record({ link: base64(LINK_SIZE), from: day, until: day }), 64) });
