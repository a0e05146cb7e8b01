/** What is asked and said around a change of readers, which is only proposed where two have to sign. */

import { t } from "../../shared/strings.js";
import type { OfficeWords } from "../context.js";

/** What becomes of a member in a case; who is kept out is so for good. */
export type How = "add" | "remove" | "keep-out";

/** Whether one alone changes the readers. */
export function isOneEnough(words: OfficeWords): boolean {
  return words.directory.content.regrant_threshold === 1;
}

/** The question before a colleague is added or removed. */
export function changeQuestion(words: OfficeWords, member: string, how: How): string {
  const person = words.person(member);
  if (how === "keep-out") return keepOutQuestion(words, person);
  if (isOneEnough(words)) return how === "add" ? t("Add {person}? They will be able to read the whole case.", { person }) : t("Remove {person}? They keep what they have read, but receive nothing new.", { person });
  return how === "add" ? t("Propose to add {person}? Once a second person has signed, they can read the whole case.", { person })
    : t("Propose to remove {person}? They keep what they have read. Once a second person has signed, they receive nothing new.", { person });
}

/** What the button says that agrees to it. */
export function changeButton(how: How): string {
  return how === "add" ? t("Add") : how === "remove" ? t("Remove") : t("Exclude permanently");
}

function keepOutQuestion(words: OfficeWords, person: string): string {
  return isOneEnough(words) ? t("Exclude {person} from this case permanently? They receive nothing new, and nobody can ever add them again. This cannot be undone.", { person })
    : t("Propose to exclude {person} from this case permanently? Once a second person has signed, they receive nothing new, and nobody can ever add them again. This cannot be undone.", { person });
}

/** What is said once the change is in force. */
export function changedWords(words: OfficeWords, member: string, how: How): string {
  const person = words.person(member);
  if (how === "keep-out") return t("{person} is permanently excluded from this case.", { person });
  return how === "add" ? t("{person} can read the case now.", { person }) : t("{person} receives nothing new from this case.", { person });
}
