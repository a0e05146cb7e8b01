/** How long an ended case is kept, and what stops its keys from being destroyed (twin of `casework/obligations/retention.py`). */

import type { Day } from "../deadlines/days.js";
import { calendarEnd } from "../deadlines/deadline.js";
import type { Case } from "../engine/case.js";
import { type Rules, stageOf } from "../policy/document.js";

/** Why a case is still kept, or that it need not be. `unbound`: it has ended, and nobody has said how long the files of this policy are kept. */
export type RetentionStatus = "open" | "held" | "with-authority" | "unbound" | "running" | "over";

/** Why a case is kept, since which day it has ended, and the last day on which it is. */
export interface Retention {
  readonly why: RetentionStatus;
  readonly ended: Day | null;
  readonly until: Day | null;
}

/**
 * Whether a case is still kept on `today`: a hold and an authority come before every number of months. Kept until the day of the same
 * number so many months after it ended; the operator's months where the text has none. Throws `BeyondCalendar`.
 */
export function retention(rules: Rules, found: Case, today: Day): Retention {
  const last = found.events[found.entered];
  if (last === undefined || stageOf(rules, found.stage)?.end !== true) return { why: "open", ended: null, until: null };
  const ended = last.day;
  const months = retentionMonths(rules);
  const until = months === null ? null : calendarEnd({ amount: months, unit: "months" }, ended);
  if (found.held || found.frozen) return { why: found.held ? "held" : "with-authority", ended, until };
  if (until === null) return { why: "unbound", ended, until };
  return { why: today > until ? "over" : "running", ended, until };
}

/** The months of the text, else those that the operator bound. */
export function retentionMonths(rules: Rules): number | null {
  return rules.retention?.months ?? rules.retention_months;
}
