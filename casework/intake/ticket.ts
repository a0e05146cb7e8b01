/** The number by which a reporter and the office speak of a case; `casework/intake/ticket.py` says why it is this one. */

import { b64decode, concat, utf8 } from "../../crypto/framing.js";
import { sha256 } from "../../crypto/primitives.js";

const DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH = 10;
const FIELD = 0b100101;
const LABEL = utf8("yanlu ticket number 1");

const doubled = (value: number): number => (value < 16 ? value << 1 : (value << 1) ^ FIELD);

/** Ten digits and a check digit of the case's id, `XXXXX-XXXXX-C`. */
export function ticketNumber(caseId: string): string {
  const digest = sha256(concat(LABEL, b64decode(caseId, 16)));
  let bits = 0n;
  for (const byte of digest) bits = (bits << 8n) | BigInt(byte);
  const values = Array.from({ length: LENGTH }, (_, place) => Number((bits >> BigInt(5 * place)) & 31n));
  const plain = values.map((value) => DIGITS.charAt(value)).join("");
  return `${plain.slice(0, 5)}-${plain.slice(5)}-${checkOf(values)}`;
}

function checkOf(values: readonly number[]): string {
  return DIGITS.charAt(values.reduce((total, value) => doubled(total ^ value), 0));
}

/** Whether the last of eleven digits is the check digit of the others: no single wrong digit passes, nor two that were exchanged. */
export function isTicket(digits: string): boolean {
  const values = [...digits].map((one) => DIGITS.indexOf(one));
  return values.length === LENGTH + 1 && !values.includes(-1) && checkOf(values.slice(0, LENGTH)) === digits.charAt(LENGTH);
}
