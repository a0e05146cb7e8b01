/** Letters to HR as the watch's host gives them, read strictly: their words are those of every review, and no others. */

import { refuse } from "../../../crypto/errors.js";
import { type Read, type Shape, day, id16, list, name, oneOf, record, text } from "../../../crypto/shape.js";
import { code } from "../codes.js";

const MOST = 20_000;
/** Rule FR-2 and its one wording; the same letters as `retaliation_watch/review_sampling/classes.py`. */
const RULE = "FR-2";
const WORDS = {
  zh: "例行公正性抽查。本项处理依规则 FR-2 抽中（辞退等重大处理及短期内接连发生的处理全部复核，警告等一般处理抽取四分之一）。请附上理由、决定日期及两个可比案例。",
  en: "Routine fairness review. This measure was drawn under rule FR-2 (all dismissals and other grave measures; all that follow each other closely; a quarter of warnings and the like). Please attach the grounds, the decision date and two comparable cases.",
};
const letter = record({ entity: name, review: id16, employee: text(256), kind: code, recorded: day, drawn: day });
const answer = record({ rule: oneOf(RULE), words: record({ zh: oneOf(WORDS.zh), en: oneOf(WORDS.en) }), letters: list(letter, MOST) });

export type Letter = Read<typeof letter>;
/** A word more or less in one letter would say something of whom it is about. */
export const readLetters: Shape<Read<typeof answer>> = (value) => {
  const found = answer(value);
  return new Set(found.letters.map((one) => one.review)).size === found.letters.length ? found : refuse("schema", "a review stands twice");
};
