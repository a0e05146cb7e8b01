/** Reads a receipt while it is typed: what is wrong is said as early as it can be known. */

import { type Receipt, readReceipt } from "../../../crypto/index.js";
import { cleanAnchor } from "../../shared/officecode.js";
import { t } from "../../shared/strings.js";

/** Without the numbers that stand before its seven groups on the screen, and that some copy along. */
function withoutNumbers(typed: string): string {
  const groups = /^1(\d{4})2(\d{4})3(\d{4})4(\d{4})5(\d{4})6(\d{4})7(\d{4})$/.exec(typed.normalize("NFKC").replace(/[\s.．、:\p{Pd}]/gu, ""));
  return groups === null ? typed : groups.slice(1).join("");
}

/** The receipt, or null when these are not its 28 digits. */
export function receiptOrNull(typed: string): Receipt | null {
  try {
    return readReceipt(withoutNumbers(typed));
  } catch {
    return null;
  }
}

/** What is wrong with the digits so far; null while they may still become right. */
export function earlyFault(typed: string): string | null {
  // Digits alone can pass for a code whose check fits: one in thirty-two receipts begins so.
  if (/\p{L}/u.test(typed) && cleanAnchor(typed.trim()) !== null) return t("This is the office code. The receipt has 28 digits and no letters. Nothing was sent.");
  const digits = withoutNumbers(typed).normalize("NFKC").replace(/\D/g, "");
  if (digits.length < 28) return null;
  if (digits.length > 28) return t("These are more than 28 digits.");
  return receiptOrNull(typed) ? null : t("These are not the 28 digits of a receipt: a digit is wrong or missing, or two are swapped.");
}
