/** A QR code of the 28 digits, numeric mode; nothing else is ever encoded here. */

import { VERSION_1M, bitsOf, qrModules } from "../../shared/qr.js";

/** The modules of the code, row by row; true is dark. */
export function qrOfDigits(digits: string): boolean[][] {
  if (!/^[0-9]{1,34}$/.test(digits)) throw new RangeError("only up to 34 digits fit");
  const bits = [...bitsOf(0b0001, 4), ...bitsOf(digits.length, 10)];
  // Three digits in ten bits.
  for (const group of digits.match(/.{1,3}/g) ?? []) bits.push(...bitsOf(Number(group), [0, 4, 7, 10][group.length] ?? 10));
  return qrModules(VERSION_1M, bits);
}
