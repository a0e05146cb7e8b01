/** What a step of the office says to the reporter: the heading of its notice in the mailbox, and all that is read where it has no words. So it is a sentence, and calls no report by its kind: a complaint has the same. */

import { type Sentence, msg, t } from "./strings.js";

const TITLES: Readonly<Record<string, Sentence>> = {
  acknowledged: msg("Your report has arrived at the office"),
  "slip-issued": msg("A slip for your report"),
  "procedure-told": msg("How your report is handled"),
  "progress-told": msg("How far your report has come"),
  "information-asked": msg("The office asks you for more"),
  accepted: msg("Your report is taken up"),
  refused: msg("Your report is not taken up"),
  filed: msg("A case was opened"),
  "findings-shown": msg("The findings"),
  "plan-told": msg("The proposed solution"),
  coordinated: msg("Several departments handle it together"),
  notified: msg("There is a result"),
  extended: msg("The time limit was extended"),
  "appeal-accepted": msg("Your request for review is taken up"),
  "appeal-decided": msg("The review has been decided"),
  reopened: msg("Your report is handled again"),
  "handed-over": msg("Your report went to an authority"),
  closed: msg("The case is closed"),
};

/** What a notice is called. */
export function noticeTitle(act: string): string {
  return t(TITLES[act] ?? msg("A notice from the office"));
}
