/** Typing a receipt: any spelling, and a wrong digit is told before anything is sent. */

import assert from "node:assert/strict";
import test from "node:test";

import { drawReceipt } from "../../../crypto/index.js";
import { writeCheckedCode } from "../../../crypto/codes.js";
import { systemRng } from "../../../crypto/randomness.js";
import { earlyFault } from "../../../templates/intake/receipt/typedcheck.js";
import { resemblesReceipt } from "../../../templates/shared/officecode.js";

const receipt = drawReceipt((size) => new Uint8Array(size).fill(7));
const digits = receipt.reveal();

test("nothing is said while digits are still missing", () => {
  assert.equal(earlyFault(digits.slice(0, 27)), null);
  assert.equal(earlyFault(""), null);
});

test("a whole receipt is fine with spaces, hyphens and full-width digits", () => {
  const wide = digits.replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit)));
  for (const typed of [digits, receipt.groups().join(" - "), wide]) assert.equal(earlyFault(typed), null, typed);
});

test("any one wrong digit is told as soon as the last digit stands", () => {
  for (let at = 0; at < 28; at += 1) {
    const wrong = digits.slice(0, at) + String((Number(digits[at]) + 1) % 10) + digits.slice(at + 1);
    assert.notEqual(earlyFault(wrong), null, `digit ${at + 1}`);
  }
});

test("the digits of no receipt are taken for an office code on the way", () => {
  for (let at = 0; at < 400; at += 1) {
    const typed = drawReceipt(systemRng).groups().join("");
    for (let length = 0; length < 28; length += 1) assert.equal(earlyFault(typed.slice(0, length)), null, typed.slice(0, length));
  }
});

test("too many digits are told", () => {
  assert.notEqual(earlyFault(`${digits}0`), null);
});

test("an office code in the receipt's place is called one, and a receipt in the code's place too", () => {
  const code = writeCheckedCode(new Uint8Array(32).fill(1));
  assert.match(earlyFault(` ${code} `) ?? "", /^This is the office code/);
  const wide = digits.replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit)));
  for (const typed of [digits, receipt.groups().join(" "), receipt.groups().join("-"), receipt.groups().join(" \u2013 "), wide, digits.slice(0, 17)]) assert.ok(resemblesReceipt(typed), typed);
  for (const typed of [code, "", digits.slice(0, 16), `${digits}A`]) assert.ok(!resemblesReceipt(typed), typed);
});
