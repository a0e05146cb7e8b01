/** An account that is too long for a sealed text travels whole as `account.txt`, with its beginning in the report. */

import { textLength } from "../../crypto/padding.js";

const LONGEST = 12_000;
const BEGINNING = 1000;

/** Whether an account is to travel as a file: its quotation marks and line ends count as what they take. */
export function isLongAccount(text: string): boolean {
  return textLength(text) > LONGEST;
}

/** What stands in the report then; cut between characters, since half of one can't be written. */
export function beginningOf(account: string): string {
  return `${[...account].slice(0, BEGINNING).join("")}…\n(account.txt)`;
}
