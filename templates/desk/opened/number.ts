/** The number of a case, as its letters print it: by it colleagues and reporters speak of the case. */

import { isTicket, ticketNumber } from "../../../casework/intake/ticket.js";
import { b64decode } from "../../../crypto/framing.js";
import { CryptoError } from "../../../crypto/index.js";

/** Bytes. */
const CASE_ID = 16;

/** It hangs on the case's id alone, and a list asks for it whenever it is drawn. */
const numbers = new Map<string, string>();

/** `XXXXX-XXXXX-C`: ten digits and a check digit; what is no id, as the office's own number of a case, stands as it is. */
export function caseNumber(id: string): string {
  const known = numbers.get(id);
  if (known !== undefined) return known;
  const number = isCaseId(id) ? ticketNumber(id) : id;
  numbers.set(id, number);
  return number;
}

function isCaseId(text: string): boolean {
  try {
    return b64decode(text, CASE_ID).length === CASE_ID;
  } catch (error) {
    if (error instanceof CryptoError) return false;
    throw error;
  }
}

/** Characters of a number without its hyphens, the check digit included. */
const WHOLE = 11;
/** A word of eleven letters is no number: one without a numeral or a hyphen is hardly ever a number either. */
const NUMERIC = /[\p{Nd}\p{Dash}]/u;

/** What was typed as a whole number: its digits, and whether the last of them fits the others; null for anything else. */
export function wholeNumber(text: string): { readonly digits: string; readonly fits: boolean } | null {
  const digits = digitsOf(text) ?? "";
  return digits.length === WHOLE && NUMERIC.test(text) ? { digits, fits: isTicket(digits) } : null;
}

const DIGITS = /^[0-9A-HJKMNP-TV-Z]*$/u;

/** A number or a part of one without its hyphens, from what somebody typed or heard; null where it can't be part of one. */
export function digitsOf(text: string): string | null {
  const plain = text.normalize("NFKC").toUpperCase().replace(/[\s\p{Dash}]/gu, "").replace(/[IL]/gu, "1").replace(/O/gu, "0");
  return DIGITS.test(plain) ? plain : null;
}
