// Which accounts travel as a file: counted as they stand in the sealed text, and cut between characters.

import assert from "node:assert/strict";
import test from "node:test";
import { writeJsonText } from "../../../crypto/index.js";
import { padText, textLength } from "../../../crypto/padding.js";
import { beginningOf, isLongAccount } from "../../../templates/shared/accounts.js";

const LETTERS = ["a", "收", "😀", '"', "\\", "\n", "\u0001"];
const fits = (account: string): boolean => padText({ payload: writeJsonText({ account }) }).length <= 16_384;

test("an account that does not travel as a file fits a sealed text, whatever is in it", () => {
  for (const letter of LETTERS) {
    const most = Math.floor((12_000 - textLength("")) / (textLength(letter) - textLength("")));
    assert.ok(!isLongAccount(letter.repeat(most)) && isLongAccount(letter.repeat(most + 1)), letter);
    assert.ok(fits(letter.repeat(most)), letter);
  }
});

test("the beginning of a long account is a text that can be sealed", () => {
  for (const letter of LETTERS) {
    for (const before of ["", "x"]) assert.ok(fits(beginningOf(before + letter.repeat(16_384))), letter);
  }
});
