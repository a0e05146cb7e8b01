/** Many reporters in one matter: one case is worked, each of them is answered (twin of `casework/obligations/batch.py`). */

import type { Act } from "../rules/acts.js";
import type { Case, Event } from "../engine/case.js";
import type { Rules } from "../policy/document.js";

/** What reaches a reporter as an answer. */
const ANSWERS: ReadonlySet<Act> = new Set<Act>(["notified", "replied", "progress-told", "refused"]);

/** The case that this one was merged into and not separated from again. */
export function mergedInto(found: Case): string | null {
  let master: string | null = null;
  for (const event of counted(found)) {
    if (event.act === "merged") master = event.codes.case ?? null;
    else if (event.act === "separated") master = null;
  }
  return master;
}

/** Whether the reporter of a merged case has heard nothing since; never where the text wants one answer only. */
export function isUnanswered(rules: Rules, found: Case): boolean {
  if (mergedInto(found) === null || rules.batch?.each_answered === false) return false;
  const merged = counted(found).reduce((last, event) => (event.act === "merged" ? event.n : last), -1);
  return !counted(found).some((event) => event.n > merged && ANSWERS.has(event.act));
}

function counted(found: Case): Event[] {
  return found.events.filter((event) => !found.uncounted.has(event.n));
}
