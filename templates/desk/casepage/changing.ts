/** What is asked and said around a change of readers, which is only proposed where two have to sign. */

import { t } from "../../shared/strings.js";
import type { OfficeWords } from "../room.js";

type How = "add" | "remove";

/** Whether one alone changes the readers. */
export function isOneEnough(words: OfficeWords): boolean {
  return words.directory.content.regrant_threshold === 1;
}

/** The question before a colleague is added or removed. */
export function changeQuestion(words: OfficeWords, member: string, how: How): string {
  const person = words.person(member);
  if (isOneEnough(words)) return how === "add" ? t("Add {person}? They will read the whole case.", { person }) : t("Remove {person}? They keep what they have read, but get nothing new.", { person });
  return how === "add" ? t("Propose to add {person}? Once a second person has signed, they can read the whole case.", { person })
    : t("Propose to remove {person}? They keep what they have read; once a second person has signed, they get nothing new.", { person });
}

/** What is said once the change is in force. */
export function changedWords(words: OfficeWords, member: string, how: How): string {
  const person = words.person(member);
  return how === "add" ? t("{person} can read the case now.", { person }) : t("{person} gets nothing new of this case.", { person });
}
