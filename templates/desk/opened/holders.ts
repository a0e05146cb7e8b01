/** Whether enough people can read a case. */

import type { OpenedCase } from "./model.js";
import type { OfficeWords } from "../context.js";

/** Living holders that every case needs. */
const ENOUGH = 2;

/** One may be ill, leave or die: with fewer than two living holders the case may be lost. */
export function isLonely(opened: OpenedCase, words: OfficeWords): boolean {
  return opened.holders.filter((id) => words.directory.validMember(id) !== null).length < ENOUGH;
}
