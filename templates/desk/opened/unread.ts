/** The wait for a notice that the reporter has not opened: what it comes to, and what need not wait for it. */

import type { CaseClock } from "../../../casework/index.js";
import { listed } from "../../shared/officetext.js";
import { t } from "../../shared/strings.js";
import { choicesOf } from "../acting/choices.js";
import { actTitle } from "../acting/words.js";
import type { OfficeWords } from "../context.js";
import type { Ruled } from "./model.js";

/** The clock of every policy that runs from a notice of the result until it is opened or counts as received. */
const NOTICE_WAITS = "notice-waits";

/** The sentence of that clock while it runs; null of every other. */
export function unreadWords({ clock, state }: CaseClock, ruled: Ruled, words: OfficeWords, entity: string, me: string, now: Date): string | null {
  if (clock.id !== NOTICE_WAITS || state?.status !== "running" || state.due === null) return null;
  const counted = t("The notice counts as received on {day}, unless the reporter opens it earlier.", { day: words.day(state.due.day, entity) });
  const open = choicesOf(ruled, me, now).onward.map(({ act }) => actTitle(act));
  return open.length === 0 ? counted : t("{sentence} You can already do now: {acts}", { sentence: counted, acts: listed(open) });
}
