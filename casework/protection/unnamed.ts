/** The names in an answer to who is concerned: its parts, without words that name a function or nobody (twin of `casework/protection/unnamed.py`). */

import table from "./unnamed.json";

const BETWEEN = /[、，,;；\n/]|\s(?:and|und)\s/u;
const BEFORE = /^(?:(?:the|my|our) |我们的|我的|我们|我|本)/u;
const BEHIND = /[.。!！?？\s]+$/u;
const UNNAMED: ReadonlySet<string> = new Set(Object.values(table).flat());
const LETTER = /^[a-z]?$/u;

/** Each part that may be a name, once, in order; a single Latin letter is none. */
export function namesIn(answer: string): string[] {
  return [...new Set(answer.split(BETWEEN).map((one) => one.trim()))].filter((one) => !isUnnamed(one));
}

function isUnnamed(part: string): boolean {
  const plain = part.normalize("NFKC").toLowerCase().replaceAll("’", "'").replace(BEHIND, "");
  return LETTER.test(plain) || UNNAMED.has(plain) || UNNAMED.has(plain.replace(BEFORE, ""));
}
