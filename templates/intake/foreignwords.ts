/** One person's words, with a line down their side, so that nothing in them passes for the page. */

import { h } from "../shared/dom.js";

/** What looks like nothing within a line. */
const BLANK = "(?:[^\\S\\n]|[\\p{Cf}\\p{Mn}\\u115f\\u1160\\u2800\\u3164\\uffa0])";
const EMPTY_LINE = new RegExp(`\\n${BLANK}*(?=\\n)`, "gu");
/** So many blanks in a line are no indent: they fill a screen. */
const LONG_BLANK = new RegExp(`${BLANK}{40,}`, "gu");

/** No message pushes the page around it out of sight: of more than two empty lines in a row two stay, whatever they seem to be made of. */
export function withFewBlankLines(text: string): string {
  return text.replace(/\r\n?|[\v\f\u0085\u2028\u2029]/g, "\n").replace(LONG_BLANK, " ").replace(EMPTY_LINE, "\n").replace(/\n{4,}/g, "\n\n\n");
}

export function foreignWords(text: string, test: string): HTMLElement {
  return h("blockquote", { class: "prose foreign", "data-test": test }, withFewBlankLines(text));
}
