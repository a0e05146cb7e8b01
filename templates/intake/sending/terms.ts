/** Until when a saved draft is kept: its files for a shorter time than its text, so that their day comes first. */

import { h } from "../../shared/dom.js";
import { sayDay, t } from "../../shared/strings.js";
import { daysLater } from "../office.js";

/** How long the office's server keeps a saved draft, from the last saving. */
export const DRAFT_DAYS = 30;
/** How long it keeps a file that no report has taken, from the day on which it came: saving again does not renew it. */
export const UPLOAD_DAYS = 7;

export interface Terms {
  readonly text: string;
  /** Null where the draft has no files. */
  readonly files: string | null;
}

/** The last days of a draft that was saved on this day, whose files came on these. */
export function termsOf(saved: string, came: readonly string[]): Terms {
  const first = [...came].sort()[0];
  return { text: daysLater(saved, DRAFT_DAYS), files: first === undefined ? null : daysLater(first, UPLOAD_DAYS) };
}

/** Both days in one sentence, the earlier one first; null where there is only one. */
export function sayTerms({ text, files }: Terms): string | null {
  if (files === null) return null;
  return t("Send the report by {day}. If it is not sent by then, the files in this draft are deleted; the text is kept until {until}.", { day: sayDay(files), until: sayDay(text) });
}

/** The same, large. */
export function termsLine(terms: Terms): HTMLElement | null {
  const said = sayTerms(terms);
  return said === null ? null : h("p", { class: "term", "data-test": "files-until" }, said);
}
