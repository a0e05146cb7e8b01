/** The number of a case, as its letters print it: by it colleagues and reporters speak of the case. */

import { ticketNumber } from "../../../casework/intake/ticket.js";

/** It hangs on the case's id alone, and a list asks for it whenever it is drawn. */
const numbers = new Map<string, string>();

/** `XXXXX-XXXXX-C`: ten digits and a check digit. */
export function caseNumber(id: string): string {
  const known = numbers.get(id);
  if (known !== undefined) return known;
  const number = ticketNumber(id);
  numbers.set(id, number);
  return number;
}

const DIGITS = /^[0-9A-HJKMNP-TV-Z]*$/u;

/** A number or a part of one without its hyphens, from what somebody typed or heard; null where it can't be part of one. */
export function digitsOf(text: string): string | null {
  const plain = text.normalize("NFKC").toUpperCase().replace(/[\s\p{Dash}]/gu, "").replace(/[IL]/gu, "1").replace(/O/gu, "0");
  return DIGITS.test(plain) ? plain : null;
}
